#include "cel/lib/manual.h"

#include <algorithm>
#include <map>
#include <vector>

#include "cel/lib/environments.h"

namespace ephor::cel::lib {
namespace {

constexpr NamedEnv kEnvs[] = {
    {"vpol", "ValidatingPolicy", [] { return ValidatingPolicyEnv(false); }},
    {"nvpol", "NamespacedValidatingPolicy", [] { return ValidatingPolicyEnv(true); }},
    {"mpol", "MutatingPolicy", [] { return MutatingPolicyEnv(false); }},
    {"nmpol", "NamespacedMutatingPolicy", [] { return MutatingPolicyEnv(true); }},
    {"gpol", "GeneratingPolicy", [] { return GeneratingPolicyEnv(false); }},
    {"ngpol", "NamespacedGeneratingPolicy", [] { return GeneratingPolicyEnv(true); }},
    {"dpol", "DeletingPolicy", [] { return DeletingPolicyEnv(false); }},
    {"ndpol", "NamespacedDeletingPolicy", [] { return DeletingPolicyEnv(true); }},
    {"ivpol", "ImageValidatingPolicy", [] { return ImagePolicyEnv(false); }},
    {"nivpol", "NamespacedImageValidatingPolicy", [] { return ImagePolicyEnv(true); }},
    {"http", "ValidatingPolicy of evaluation mode HTTP", [] { return AuthorizationEnv(false); }},
    {"envoy", "ValidatingPolicy of evaluation mode Envoy", [] { return AuthorizationEnv(true); }},
    {"vap", "ValidatingAdmissionPolicy", [] { return AdmissionPolicyEnv(); }},
    {"map", "MutatingAdmissionPolicy", [] { return NativePolicyEnv(true, true); }},
    {"plain", "CEL with its extensions alone", [] { return ConformanceEnv(); }},
};

// Operators, and what macros are made of, are not called by name.
bool IsNamed(const FunctionRow* row) {
  return row != nullptr && row->function != nullptr && row->name.find('@') == std::string_view::npos;
}

// Forms are compared as they are written.
using Form = std::pair<std::string_view, std::string_view>;
Form FormOf(const FunctionRow& row) {
  return {row.name, row.signature};
}

// The row of each form, by name.
std::map<Form, const FunctionRow*> RowsOf(const Env& env) {
  std::map<Form, const FunctionRow*> rows;
  env.EachFunction([&](const FunctionDecl& function) {
    for (const OverloadDecl* overload : function.overloads) {
      if (IsNamed(overload->row)) rows[FormOf(*overload->row)] = overload->row;
    }
  });
  return rows;
}

std::string Code(std::string_view text) {
  if (text.empty()) return "";
  std::string code = "`";
  for (const char c : text) {
    if (c == '|') code += '\\';
    code += c;
  }
  return code + "`";
}

std::string Cells(const FunctionRow& row) {
  return "| " + Code(row.name) + " | " + Code(row.signature) + " | " + std::string(row.cost.text) + " | " +
         Code(row.example) + " |";
}

// Which environments have something, one bit each, in words.
std::string In(std::uint32_t bits) {
  const auto names = [&](bool with) {
    std::string text;
    for (std::size_t i = 0; i < std::size(kEnvs); ++i) {
      if (((bits >> i & 1) != 0) == with) text += (text.empty() ? "" : ", ") + std::string(kEnvs[i].name);
    }
    return text;
  };
  const std::string there = names(true), missing = names(false);
  if (missing.empty()) return "all";
  return there.size() <= missing.size() ? there : "all but " + missing;
}

constexpr std::string_view kIntroduction =
    "# CEL: the functions\n"
    "\n"
    "Printed by `ephor cel functions` from the tables that the functions are declared in. A form `T.(A) -> "
    "R`\n"
    "is called on a value of type `T`, a form `(A) -> R` by its name alone; one capital letter stands for "
    "any\n"
    "type. Every example is true, and a test evaluates it: there, `object` is a request of an external\n"
    "authorizer, and the cluster, the registry and the HTTP service are small ones of the test.\n"
    "\n"
    "Costs are in Kubernetes' units, of which an evaluation may spend 1,000,000. `a`, `b` and `c` are the "
    "sizes\n"
    "of the values that are given, the receiver first, and `r` that of the result: bytes of strings and "
    "bytes,\n"
    "members of lists and maps, 1 of all else. A quotient is rounded up. Arguments cost what they cost\n"
    "themselves; a name costs 1 and so does a field, a list that is made 10, a map 30, an object 40, and a "
    "round of\n"
    "a loop what its parts cost and 1 to 13. `ephor cel eval --cost` shows what an evaluation spent, `ephor "
    "cel\n"
    "check` what it may spend by the estimate of Kubernetes' API server, which does not count the fields of\n"
    "dynamic values and takes the worst case of sorting.\n"
    "\n"
    "The last column says where a function is. `ephor cel functions --env NAME` prints those of one place, "
    "and\n"
    "`eval` and `check` take the same names:\n"
    "\n";

void AppendMacros(std::string& page) {
  std::map<std::string, std::uint32_t> macros;
  for (std::size_t i = 0; i < std::size(kEnvs); ++i) {
    for (const MacroRow& row : kEnvs[i].env()->macros()) {
      const std::string arguments = row.arguments < 0 ? "any number"
                                    : row.receiver    ? std::to_string(row.arguments) + ", on a value"
                                                      : std::to_string(row.arguments);
      macros["| `" + std::string(row.name) + "` | " + arguments] |= 1u << i;
    }
  }
  page +=
      "\n## Macros\n\nThey are rewritten while an expression is read. `bind` is called as `cel.bind`, "
      "`greatest` and\n"
      "`least` as `math.greatest` and `math.least`; `block`, `index` and `iterVar` are those of `cel`, too, "
      "for\n"
      "the conformance suite.\n\n| macro | arguments | in |\n| --- | --- | --- |\n";
  for (const auto& [cells, bits] : macros) page += cells + " | " + In(bits) + " |\n";
}

}  // namespace

std::span<const NamedEnv> NamedEnvs() {
  return kEnvs;
}

std::shared_ptr<const Env> FindEnv(std::string_view name) {
  for (const NamedEnv& known : kEnvs) {
    if (known.name == name) return known.env();
  }
  return nullptr;
}

std::string FunctionTable(const Env& env) {
  std::string table = "| function | form | cost | for example |\n| --- | --- | --- | --- |\n";
  for (const auto& [form, row] : RowsOf(env)) table += Cells(*row) + "\n";
  return table;
}

std::string FunctionManual() {
  std::string page(kIntroduction);
  page += "| name | is where |\n| --- | --- |\n";
  for (const NamedEnv& known : kEnvs)
    page += "| `" + std::string(known.name) + "` | " + std::string(known.of) + " |\n";
  struct Entry {
    const FunctionRow* row = nullptr;
    std::uint32_t bits = 0;
  };
  std::map<Form, Entry> entries;
  for (std::size_t i = 0; i < std::size(kEnvs); ++i) {
    for (const auto& [form, row] : RowsOf(*kEnvs[i].env())) {
      Entry& entry = entries[form];
      // The first is kept: the specification's own variants come last.
      if (entry.row == nullptr) entry.row = row;
      entry.bits |= 1u << i;
    }
  }
  page +=
      "\n## Functions\n\n| function | form | cost | for example | in |\n| --- | --- | --- | --- | --- |\n";
  for (const auto& [form, entry] : entries) page += Cells(*entry.row) + " " + In(entry.bits) + " |\n";
  AppendMacros(page);
  return page;
}

}  // namespace ephor::cel::lib
