// The shape of each API struct as data: its fields with their types, defaults and rules. Decoding is driven
// by these tables, and so is whatever is generated from the API's shape (CRDs, schemas, reference pages): a
// field that is not in a table does not exist, and a field is one line in one table.
//
// A table is a constant, `TableOf<T>()`; all tables may be read from any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

#include "json/value.h"
#include "policy/cel_policy_types.h"
#include "policy/types.h"

namespace ephor::policy {

class Decoder;
struct Table;

// The served versions that have a field. What is called v2 for policies has the schema of v2beta1.
using Versions = std::uint8_t;
inline constexpr Versions kV1 = 1, kV2beta1 = 2, kAllVersions = kV1 | kV2beta1;

enum class FieldType : std::uint8_t {
  kString,
  kBool,
  kInteger,
  kFree,     // any JSON, kept as a Value
  kStruct,   // has a table
  kStrings,  // a list of strings
  kStructs,  // a list of structs
  kStringMap,
  kStructsMap,  // from a string to a list of structs
  kConditions,  // any JSON in the schema, conditions to the reader
};

// What a schema says of members that a struct's table does not have.
enum class Unknown : std::uint8_t { kRefused, kKept };

struct Field {
  json::Key name;
  std::string_view doc;
  FieldType type = FieldType::kFree;
  const Table& (*nested)() = nullptr;  // for types of structs
  // Stores the decoded value in the owner, a struct of the table's type. Null: checked by nobody.
  void (*read)(Decoder& decoder, const json::Value& value, void* owner, const Field& field) = nullptr;
  // Where a struct that stands inside its owner begins: its fields count as the owner's. The name is empty.
  void* (*inlined)(void* owner) = nullptr;

  bool nullable = false;  // has a state apart from its type's zero value
  bool required = false;
  // Written also where it is empty, as Go writes a field without "omitempty".
  bool always = false;
  bool atomic = false;  // a list that is replaced as a whole
  bool set = false;     // a list without equal items
  // The member by which a list of structs is a map: no two items have the same. Empty: any list.
  std::string_view key;
  std::string_view format;
  Versions versions = kAllVersions;
  Unknown unknown = Unknown::kRefused;
  // The schema knows nothing of what is inside: unknown members and unknown words pass, wrong types do not.
  bool schemaless = false;
  std::uint32_t max_length = 0;  // in bytes; 0: any
  std::uint32_t min_length = 0;  // in code points; of a list: the least number of items
  std::int64_t minimum = INT64_MIN, maximum = INT64_MAX;
  std::span<const std::string_view> words;  // allowed; of a list: for its items. Empty: any
  json::Value fallback;                     // the default; null: none

  // A copy with one member changed. Before its users, or clang takes it for undefined in their constants.
  template <class T>
  constexpr Field With(T Field::* member, std::type_identity_t<T> value) const {
    Field field = *this;
    field.*member = value;
    return field;
  }
  // The same by name: F<...>(...).Required().MaxLength(63).
  constexpr Field Required() const { return With(&Field::required, true); }
  constexpr Field Always() const { return With(&Field::always, true); }
  constexpr Field Atomic() const { return With(&Field::atomic, true); }
  constexpr Field Set() const { return With(&Field::set, true); }
  constexpr Field KeyedBy(std::string_view member) const { return With(&Field::key, member); }
  constexpr Field Format(std::string_view name) const { return With(&Field::format, name); }
  constexpr Field In(Versions v) const { return With(&Field::versions, v); }
  constexpr Field Default(json::Value value) const { return With(&Field::fallback, value); }
  constexpr Field MaxLength(std::uint32_t bytes) const { return With(&Field::max_length, bytes); }
  constexpr Field MinLength(std::uint32_t least) const { return With(&Field::min_length, least); }
  constexpr Field Minimum(std::int64_t least) const { return With(&Field::minimum, least); }
  constexpr Field Int32() const { return With(&Field::minimum, INT32_MIN).With(&Field::maximum, INT32_MAX); }
  constexpr Field OneOf(std::span<const std::string_view> allowed) const {
    return With(&Field::words, allowed);
  }
  constexpr Field Schemaless() const { return With(&Field::schemaless, true); }
  constexpr Field KeepingUnknown() const { return With(&Field::unknown, Unknown::kKept); }
  constexpr Field By(const Table& (*table)()) const { return With(&Field::nested, table); }
};

// Fields of which a schema allows only some at once.
struct Choice {
  enum class Rule : std::uint8_t { kNone, kNotBoth, kExactlyOne };
  Rule rule = Rule::kNone;
  std::span<const std::string_view> names;
};

struct Table {
  std::string_view name;          // of the struct, in the reference page
  std::span<const Field> fields;  // in the order of the reference's structs
  Choice choice = {};
  bool atomic = false;  // replaced as a whole
};

// ---- declaring fields ----

namespace internal {

template <class Owner, class Member>
Owner OwnerOf(Member Owner::*);
template <class Owner, class Member>
Member MemberOf(Member Owner::*);

template <class T>
inline constexpr bool kNullable = false;
template <class T>
inline constexpr bool kNullable<std::optional<T>> = true;
template <class T>
inline constexpr bool kNullable<const T*> = true;

template <class T>
struct ShapeOf {  // a struct, in place
  static constexpr FieldType kType = FieldType::kStruct;
  using Nested = T;
};
template <>
struct ShapeOf<std::string_view> {
  static constexpr FieldType kType = FieldType::kString;
  using Nested = void;
};
template <>
struct ShapeOf<bool> {
  static constexpr FieldType kType = FieldType::kBool;
  using Nested = void;
};
template <>
struct ShapeOf<std::int64_t> {
  static constexpr FieldType kType = FieldType::kInteger;
  using Nested = void;
};
template <class T>
struct ShapeOf<std::optional<T>> : ShapeOf<T> {};
template <class T>
struct ShapeOf<const T*> : ShapeOf<T> {};
template <>
struct ShapeOf<const json::Value*> {
  static constexpr FieldType kType = FieldType::kFree;
  using Nested = void;
};
template <class T>
struct ShapeOf<std::span<const T>> {
  static constexpr FieldType kType = FieldType::kStructs;
  using Nested = T;
};
template <>
struct ShapeOf<StringList> {
  static constexpr FieldType kType = FieldType::kStrings;
  using Nested = void;
};
template <>
struct ShapeOf<StringMap> {
  static constexpr FieldType kType = FieldType::kStringMap;
  using Nested = void;
};
template <>
struct ShapeOf<std::span<const ImageExtractorsOfKind>> {
  static constexpr FieldType kType = FieldType::kStructsMap;
  using Nested = ImageExtractor;
};

}  // namespace internal

// The table of an API struct. Declared for each below the types' order, defined in descriptors_*.cc.
template <class T>
const Table& TableOf();

template <>
const Table& TableOf<Metadata>();
template <>
const Table& TableOf<LabelSelectorRequirement>();
template <>
const Table& TableOf<LabelSelector>();
template <>
const Table& TableOf<Subject>();
template <>
const Table& TableOf<UserInfo>();
template <>
const Table& TableOf<ResourceDescription>();
template <>
const Table& TableOf<ResourceFilter>();
template <>
const Table& TableOf<MatchResources>();
template <>
const Table& TableOf<Condition>();
template <>
const Table& TableOf<Conditions>();
template <>
const Table& TableOf<MatchCondition>();
template <>
const Table& TableOf<ImageRegistryCredentials>();
template <>
const Table& TableOf<ConfigMapReference>();
template <>
const Table& TableOf<HttpHeader>();
template <>
const Table& TableOf<ServiceCall>();
template <>
const Table& TableOf<RequestData>();
template <>
const Table& TableOf<ApiCall>();
template <>
const Table& TableOf<ContextApiCall>();
template <>
const Table& TableOf<ImageRegistry>();
template <>
const Table& TableOf<Variable>();
template <>
const Table& TableOf<GlobalReference>();
template <>
const Table& TableOf<ContextEntry>();
template <>
const Table& TableOf<SecretReference>();
template <>
const Table& TableOf<Rekor>();
template <>
const Table& TableOf<CtLog>();
template <>
const Table& TableOf<StaticKeyAttestor>();
template <>
const Table& TableOf<CertificateAttestor>();
template <>
const Table& TableOf<KeylessAttestor>();
template <>
const Table& TableOf<Attestor>();
template <>
const Table& TableOf<AttestorSet>();
template <>
const Table& TableOf<Attestation>();
template <>
const Table& TableOf<FailureActionOverride>();
template <>
const Table& TableOf<Deny>();
template <>
const Table& TableOf<ForEachValidation>();
template <>
const Table& TableOf<PodSecurityStandard>();
template <>
const Table& TableOf<PodSecurity>();
template <>
const Table& TableOf<CelExpression>();
template <>
const Table& TableOf<CelParamKind>();
template <>
const Table& TableOf<CelParamRef>();
template <>
const Table& TableOf<CelAuditAnnotation>();
template <>
const Table& TableOf<CelVariable>();
template <>
const Table& TableOf<Cel>();
template <>
const Table& TableOf<ManifestObject>();
template <>
const Table& TableOf<ManifestIgnoreFields>();
template <>
const Table& TableOf<ManifestDryRun>();
template <>
const Table& TableOf<Manifests>();
template <>
const Table& TableOf<Validation>();
template <>
const Table& TableOf<ResourceSpec>();
template <>
const Table& TableOf<MutateTarget>();
template <>
const Table& TableOf<ForEachMutation>();
template <>
const Table& TableOf<Mutation>();
template <>
const Table& TableOf<CloneFrom>();
template <>
const Table& TableOf<CloneList>();
template <>
const Table& TableOf<GeneratePattern>();
template <>
const Table& TableOf<ForEachGeneration>();
template <>
const Table& TableOf<Generation>();
template <>
const Table& TableOf<ImageVerificationValidate>();
template <>
const Table& TableOf<ImageVerification>();
template <>
const Table& TableOf<ImageExtractor>();
template <>
const Table& TableOf<Rule>();
template <>
const Table& TableOf<WebhookConfiguration>();
template <>
const Table& TableOf<Spec>();
template <>
const Table& TableOf<ExceptionEntry>();
template <>
const Table& TableOf<PolicyException>();  // of its spec, as the next two
template <>
const Table& TableOf<CleanupPolicy>();
template <>
const Table& TableOf<GlobalContextEntry>();
template <>
const Table& TableOf<GlobalContextProjection>();
template <>
const Table& TableOf<GlobalContextResource>();
template <>
const Table& TableOf<GlobalContextApiCall>();

template <>
const Table& TableOf<NamedRuleWithOperations>();
template <>
const Table& TableOf<MatchConstraints>();
template <>
const Table& TableOf<TargetMatchConstraints>();
template <>
const Table& TableOf<Switch>();
template <>
const Table& TableOf<CelEvaluation>();  // the fields of all kinds; each kind has some of them
template <>
const Table& TableOf<CelPodControllers>();
template <>
const Table& TableOf<CelAutogen>();  // as for the evaluation
template <>
const Table& TableOf<CelWebhookConfiguration>();
template <>
const Table& TableOf<CelPatch>();
template <>
const Table& TableOf<CelMutation>();
template <>
const Table& TableOf<CelGenerationTemplate>();
template <>
const Table& TableOf<CelGeneration>();
template <>
const Table& TableOf<MatchImageReference>();
template <>
const Table& TableOf<ImageRequirements>();
template <>
const Table& TableOf<ImageExpression>();
template <>
const Table& TableOf<PolicyReference>();
template <>
const Table& TableOf<ValidatingPolicy>();  // of its spec, as the rest
template <>
const Table& TableOf<MutatingPolicy>();
template <>
const Table& TableOf<GeneratingPolicy>();
template <>
const Table& TableOf<DeletingPolicy>();
template <>
const Table& TableOf<ImageValidatingPolicy>();
template <>
const Table& TableOf<CelPolicyException>();
template <>
const Table& TableOf<ValidatingAdmissionPolicy>();
template <>
const Table& TableOf<MutatingAdmissionPolicy>();
template <>
const Table& TableOf<AdmissionPolicyBinding>();

// The spec of a ValidatingAdmissionPolicyBinding, whose actions are required. TableOf gives that of a
// MutatingAdmissionPolicyBinding.
const Table& ValidatingBinding();

// {any, all} whose operators leave out In and NotIn: the form of v2beta1 and of the newer kinds.
const Table& ConditionsWithoutIn();

}  // namespace ephor::policy
