#include "server/cel_policy_store.h"

#include <algorithm>
#include <utility>

#include "base/time.h"
#include "json/value.h"

namespace ephor::server {
namespace {

std::string KeyOf(const policy::Object& object) {
  std::string key(object.metadata.namespace_);
  if (!key.empty()) key += '/';
  return key.append(object.metadata.name);
}

// Bindings of both kinds may have one name.
std::string KeyOf(const policy::AdmissionPolicyBinding& binding) {
  return std::string(binding.kind).append("/").append(binding.metadata.name);
}

template <class T>
CelDocuments::Named<T> NamedOf(const source::Objects<T>& loaded, const CelDocuments::Named<T>& before) {
  CelDocuments::Named<T> named;
  for (const std::shared_ptr<const T>& object : loaded) {
    std::string key = KeyOf(*object);
    const auto old = before.find(key);
    const bool same = old != before.end() && json::Equal(*old->second->document, *object->document);
    named[std::move(key)] = same ? old->second : object;
  }
  return named;
}

std::optional<Time> ExpiryOf(const policy::CelPolicyException& exception) {
  if (exception.expires_at.empty()) return std::nullopt;
  auto expiry = Time::Parse(kRfc3339, exception.expires_at);
  return expiry ? std::optional(*std::move(expiry)) : std::nullopt;
}

bool Names(const policy::CelPolicyException& exception, const policy::Object& policy) {
  return std::ranges::any_of(exception.policy_refs, [&](const policy::PolicyReference& reference) {
    return reference.kind == policy.kind && reference.name == policy.metadata.name;
  });
}

// Other modes judge what no API server sends; to MutatingPolicies they mean nothing.
bool IsForAdmission(const policy::CelPolicy& policy) {
  return policy.evaluation.for_kubernetes() && policy.evaluation.admission.enabled.value_or(true);
}
bool IsForAdmission(const policy::MutatingPolicy& policy) {
  return policy.evaluation.admission.enabled.value_or(true);
}

// What was compiled, or could not be; of the latter what is in force where nothing was before, if anything.
template <class Compiled>
struct Attempt {
  std::shared_ptr<const Compiled> compiled;
  std::string problem;
};

template <class Compiled, class Source>
Attempt<Compiled> Compile(const std::shared_ptr<const Source>& source, engine::CelExceptionList exceptions) {
  if constexpr (std::is_same_v<Compiled, engine::CompiledImagePolicy>) {
    auto compiled = std::make_shared<const Compiled>(source, exceptions, exceptions);
    return {compiled, compiled->error()};
  } else {
    auto compiled = Compiled::Compile(source, exceptions);
    if (compiled) return {*std::move(compiled), {}};
    return {nullptr, compiled.error().message()};
  }
}

}  // namespace

CelDocuments::CelDocuments(const source::LoadedPolicies& loaded, const CelDocuments& before) {
  const auto take = [&]<class T>(const source::Objects<T>& objects) {
    std::get<Named<T>>(lists_) = NamedOf(objects, before.Of<T>());
  };
  take(loaded.validating_policies);
  take(loaded.mutating_policies);
  take(loaded.generating_policies);
  take(loaded.deleting_policies);
  take(loaded.image_validating_policies);
  take(loaded.cel_exceptions);
  take(loaded.validating_admission_policies);
  take(loaded.mutating_admission_policies);
  take(loaded.admission_policy_bindings);
}

void CelDocuments::KeepMissing(const CelDocuments& before, std::vector<std::string>& kept) {
  const auto keep = [&]<class T>(Named<T>& list) {
    for (const auto& [key, object] : before.Of<T>()) {
      if (list.try_emplace(key, object).second) kept.push_back(key);
    }
  };
  std::apply([&](auto&... lists) { (keep(lists), ...); }, lists_);
}

void CelDocuments::Add(const CelDocuments& more) {
  const auto add = [&]<class T>(Named<T>& list) {
    for (const auto& [key, object] : more.Of<T>()) list[key] = object;
  };
  std::apply([&](auto&... lists) { (add(lists), ...); }, lists_);
}

template <class Compiled, class Source>
engine::CelPolicyList<Compiled> CelPolicyStore::UpdateKind(const CelDocuments::Named<Source>& documents,
                                                           const Exceptions& exceptions, ReloadReport& report,
                                                           Entries<Compiled, Source>& entries) {
  std::vector<std::shared_ptr<const Compiled>> in_force;
  for (const auto& [key, source] : documents) {
    if (!IsForAdmission(*source)) continue;
    Exceptions of_policy;
    std::ranges::copy_if(exceptions, std::back_inserter(of_policy),
                         [&](const auto& exception) { return Names(*exception, *source); });
    Entry<Compiled, Source>& entry = entries[key];
    if (entry.source != source || entry.exceptions != of_policy) {
      Attempt<Compiled> attempt = Compile<Compiled>(source, of_policy);
      const bool works = attempt.problem.empty();
      if (!works) report.problems.push_back({source->text->name, source->line, std::move(attempt.problem)});
      const bool is_new = entry.compiled == nullptr;
      if (works || (is_new && attempt.compiled != nullptr)) {
        if (entry.source != source) report.changes.push_back({key, is_new ? "created" : "updated"});
        entry.compiled = std::move(attempt.compiled);
      } else if (entry.compiled != nullptr) {
        report.kept.push_back(key);
      }
      entry.source = source;
      entry.exceptions = std::move(of_policy);
    }
    if (entry.compiled != nullptr) in_force.push_back(entry.compiled);
  }
  std::erase_if(entries, [&](const auto& entry) {
    const auto found = documents.find(entry.first);
    const bool gone = found == documents.end() || !IsForAdmission(*found->second);
    if (gone && entry.second.compiled != nullptr) report.changes.push_back({entry.first, "deleted"});
    return gone;
  });
  report.policies += in_force.size();
  return engine::CelPolicyList<Compiled>(std::move(in_force));
}

// Expressions that do not compile are errors of the results: there is no last good version to keep. All are
// made anew, since a binding may have changed.
template <class Native, class Source>
engine::CelPolicyList<Native> CelPolicyStore::UpdateNative(const CelDocuments& documents,
                                                           ReloadReport& report,
                                                           CelDocuments::Named<Source>& before) {
  std::vector<std::shared_ptr<const policy::AdmissionPolicyBinding>> bindings;
  for (const auto& [key, binding] : documents.Of<policy::AdmissionPolicyBinding>())
    bindings.push_back(binding);
  std::vector<std::shared_ptr<const Native>> in_force;
  const auto& now = documents.Of<Source>();
  for (const auto& [key, source] : now) {
    const auto old = before.find(key);
    if (old == before.end()) {
      report.changes.push_back({key, "created"});
    } else if (old->second != source) {
      report.changes.push_back({key, "updated"});
    }
    in_force.push_back(std::make_shared<const Native>(source, engine::BindingsOf(*source, bindings)));
  }
  for (const auto& [key, source] : before) {
    if (!now.contains(key)) report.changes.push_back({key, "deleted"});
  }
  before = now;
  report.policies += in_force.size();
  return engine::CelPolicyList<Native>(std::move(in_force));
}

engine::CelPolicySet CelPolicyStore::Update(const CelDocuments& documents, const ports::Clock* clock,
                                            ReloadReport& report) {
  Exceptions exceptions;
  for (const auto& [key, exception] : documents.Of<policy::CelPolicyException>()) {
    if (const auto expiry = clock == nullptr ? std::nullopt : ExpiryOf(*exception)) {
      if (*expiry <= clock->Now()) continue;
      if (!report.next_expiry || *expiry < *report.next_expiry) report.next_expiry = expiry;
    }
    exceptions.push_back(exception);
  }
  report.exceptions += exceptions.size();
  engine::CelPolicySet set;
  set.validating = UpdateKind(documents.Of<policy::ValidatingPolicy>(), exceptions, report, validating_);
  set.mutating = UpdateKind(documents.Of<policy::MutatingPolicy>(), exceptions, report, mutating_);
  set.images = UpdateKind(documents.Of<policy::ImageValidatingPolicy>(), exceptions, report, images_);
  set.native = UpdateNative<engine::NativePolicy>(documents, report, native_);
  set.native_mutating = UpdateNative<engine::NativeMutation>(documents, report, native_mutating_);
  return set;
}

}  // namespace ephor::server
