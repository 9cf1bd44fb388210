#include "report/pod_security.h"

#include "base/arena.h"
#include "image/reference.h"
#include "json/write.h"
#include "pss/controls.h"
#include "pss/violation.h"

namespace ephor::report {
namespace {

// The image of the container of that name, in its normal form; the name itself where there is none.
std::string ImageOf(std::string_view name, const pss::Pod& pod, Arena& arena) {
  if (name.empty()) return {};
  for (const pss::ContainerType type :
       {pss::ContainerType::kNormal, pss::ContainerType::kInit, pss::ContainerType::kEphemeral}) {
    for (const pss::Container& container : pod.containers) {
      if (container.type != type || container.name != name) continue;
      const auto image = image::ParseReference(container.image, {}, arena);
      return std::string(image ? image->reference : name);
    }
  }
  return std::string(name);
}

// {"ID":..., "Name":..., "Images":[...]}, with null for images where the violation names no container.
void AppendControl(const pss::Violation& violation, const pss::Pod& pod, Arena& arena, std::string& out) {
  out += "{\"ID\":";
  json::WriteString(violation.control->id, out, true);
  out += ",\"Name\":";
  json::WriteString(violation.control->name, out, true);
  out += ",\"Images\":";
  const std::vector<std::string> names = pss::ContainerNames(violation);
  if (names.empty()) {
    out += "null}";
    return;
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    out += i == 0 ? '[' : ',';
    json::WriteString(ImageOf(names[i], pod, arena), out, true);
  }
  out += "]}";
}

}  // namespace

std::vector<std::pair<std::string_view, std::string>> PodSecurityProperties(const pss::Evaluation& evaluation,
                                                                            const policy::PodSecurity& rule) {
  if (evaluation.violations.empty()) return {};
  Arena arena(4 << 10);
  std::string ids, controls;
  for (const pss::Violation& violation : evaluation.violations) {
    if (!ids.empty()) ids += ',';
    ids += violation.control->id;
    controls += controls.empty() ? '[' : ',';
    AppendControl(violation, evaluation.pod, arena, controls);
  }
  controls += ']';
  return {{"standard", std::string(rule.level)},
          {"version", std::string(rule.version)},
          {"controls", std::move(ids)},
          {"controlsJSON", std::move(controls)}};
}

}  // namespace ephor::report
