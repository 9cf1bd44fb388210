// The types of fields of Pods and their controllers: those that the standards read, and others that people
// get wrong. The reference decodes the whole object into Go's structs, where a wrong type anywhere is the
// rule's error.
#include <cmath>
#include <limits>

#include "base/quantity.h"
#include "json/kind_name.h"
#include "json/write.h"
#include "pss/pod.h"

namespace ephor::pss {
namespace {

using json::Key;
using json::Kind;
using json::Value;

struct Struct;

enum class FieldKind : std::uint8_t {
  kBool,
  kInt32,
  kInt64,
  kString,
  kObject,
  kObjects,
  kStrings,
  kStringMap,
  kQuantityMap
};

struct Field {
  Key key;
  FieldKind kind;
  std::string_view go_type;        // of an object or of a list's items, or the name of a string type
  const Struct* object = nullptr;  // what the object or the items are
  std::string_view embedded_in =
      {};  // the embedded Go struct that has the field; it shows in the error's path
};

struct Struct {
  std::string_view go_name;
  std::span<const Field> fields;  // by key: Go reads a marshalled object in this order
};

constexpr Field kSeccompFields[] = {{"type", FieldKind::kString, "v1.SeccompProfileType"}};
constexpr Struct kSeccomp{"SeccompProfile", kSeccompFields};
constexpr Field kAppArmorFields[] = {{"type", FieldKind::kString, "v1.AppArmorProfileType"}};
constexpr Struct kAppArmor{"AppArmorProfile", kAppArmorFields};
constexpr Field kSeLinuxFields[] = {
    {"role", FieldKind::kString, "string"},
    {"type", FieldKind::kString, "string"},
    {"user", FieldKind::kString, "string"},
};
constexpr Struct kSeLinux{"SELinuxOptions", kSeLinuxFields};
constexpr Field kWindowsFields[] = {{"hostProcess", FieldKind::kBool, "bool"}};
constexpr Struct kWindows{"WindowsSecurityContextOptions", kWindowsFields};
constexpr Field kCapabilitiesFields[] = {
    {"add", FieldKind::kStrings, "v1.Capability"},
    {"drop", FieldKind::kStrings, "v1.Capability"},
};
constexpr Struct kCapabilities{"Capabilities", kCapabilitiesFields};

constexpr Field kSecurityContextFields[] = {
    {"allowPrivilegeEscalation", FieldKind::kBool, "bool"},
    {"appArmorProfile", FieldKind::kObject, "v1.AppArmorProfile", &kAppArmor},
    {"capabilities", FieldKind::kObject, "v1.Capabilities", &kCapabilities},
    {"privileged", FieldKind::kBool, "bool"},
    {"procMount", FieldKind::kString, "v1.ProcMountType"},
    {"runAsNonRoot", FieldKind::kBool, "bool"},
    {"runAsUser", FieldKind::kInt64, "int64"},
    {"seLinuxOptions", FieldKind::kObject, "v1.SELinuxOptions", &kSeLinux},
    {"seccompProfile", FieldKind::kObject, "v1.SeccompProfile", &kSeccomp},
    {"windowsOptions", FieldKind::kObject, "v1.WindowsSecurityContextOptions", &kWindows},
};
constexpr Struct kSecurityContext{"SecurityContext", kSecurityContextFields};

constexpr Field kHttpGetFields[] = {{"host", FieldKind::kString, "string"}};
constexpr Struct kHttpGet{"HTTPGetAction", kHttpGetFields};
constexpr Field kTcpSocketFields[] = {{"host", FieldKind::kString, "string"}};
constexpr Struct kTcpSocket{"TCPSocketAction", kTcpSocketFields};
constexpr Field kProbeFields[] = {
    {"httpGet", FieldKind::kObject, "v1.HTTPGetAction", &kHttpGet, "ProbeHandler"},
    {"tcpSocket", FieldKind::kObject, "v1.TCPSocketAction", &kTcpSocket, "ProbeHandler"},
};
constexpr Struct kProbe{"Probe", kProbeFields};
constexpr Field kHandlerFields[] = {
    {"httpGet", FieldKind::kObject, "v1.HTTPGetAction", &kHttpGet},
    {"tcpSocket", FieldKind::kObject, "v1.TCPSocketAction", &kTcpSocket},
};
constexpr Struct kHandler{"LifecycleHandler", kHandlerFields};
constexpr Field kLifecycleFields[] = {
    {"postStart", FieldKind::kObject, "v1.LifecycleHandler", &kHandler},
    {"preStop", FieldKind::kObject, "v1.LifecycleHandler", &kHandler},
};
constexpr Struct kLifecycle{"Lifecycle", kLifecycleFields};
constexpr Field kPortFields[] = {{"hostPort", FieldKind::kInt32, "int32"}};
constexpr Struct kPort{"ContainerPort", kPortFields};

constexpr Field kEnvFields[] = {
    {"name", FieldKind::kString, "string"},
    {"value", FieldKind::kString, "string"},
};
constexpr Struct kEnv{"EnvVar", kEnvFields};
constexpr Field kResourcesFields[] = {
    {"limits", FieldKind::kQuantityMap, "resource.Quantity"},
    {"requests", FieldKind::kQuantityMap, "resource.Quantity"},
};
constexpr Struct kResources{"ResourceRequirements", kResourcesFields};

// The fields of a container, which an ephemeral one has through an embedded struct.
struct ContainerFields {
  Field fields[12];
};
constexpr ContainerFields MakeContainerFields(std::string_view embedded_in) {
  return {{
      {"args", FieldKind::kStrings, "string", nullptr, embedded_in},
      {"command", FieldKind::kStrings, "string", nullptr, embedded_in},
      {"env", FieldKind::kObjects, "v1.EnvVar", &kEnv, embedded_in},
      {"image", FieldKind::kString, "string", nullptr, embedded_in},
      {"lifecycle", FieldKind::kObject, "v1.Lifecycle", &kLifecycle, embedded_in},
      {"livenessProbe", FieldKind::kObject, "v1.Probe", &kProbe, embedded_in},
      {"name", FieldKind::kString, "string", nullptr, embedded_in},
      {"ports", FieldKind::kObjects, "v1.ContainerPort", &kPort, embedded_in},
      {"readinessProbe", FieldKind::kObject, "v1.Probe", &kProbe, embedded_in},
      {"resources", FieldKind::kObject, "v1.ResourceRequirements", &kResources, embedded_in},
      {"securityContext", FieldKind::kObject, "v1.SecurityContext", &kSecurityContext, embedded_in},
      {"startupProbe", FieldKind::kObject, "v1.Probe", &kProbe, embedded_in},
  }};
}
constexpr ContainerFields kContainerFields = MakeContainerFields("");
constexpr Struct kContainer{"Container", kContainerFields.fields};
constexpr ContainerFields kEphemeralFields = MakeContainerFields("EphemeralContainerCommon");
constexpr Struct kEphemeralContainer{"EphemeralContainer", kEphemeralFields.fields};

constexpr Field kOsFields[] = {{"name", FieldKind::kString, "v1.OSName"}};
constexpr Struct kOs{"PodOS", kOsFields};
constexpr Field kSysctlFields[] = {{"name", FieldKind::kString, "string"}};
constexpr Struct kSysctl{"Sysctl", kSysctlFields};
constexpr Field kPodSecurityContextFields[] = {
    {"appArmorProfile", FieldKind::kObject, "v1.AppArmorProfile", &kAppArmor},
    {"runAsNonRoot", FieldKind::kBool, "bool"},
    {"runAsUser", FieldKind::kInt64, "int64"},
    {"seLinuxOptions", FieldKind::kObject, "v1.SELinuxOptions", &kSeLinux},
    {"seccompProfile", FieldKind::kObject, "v1.SeccompProfile", &kSeccomp},
    {"sysctls", FieldKind::kObjects, "v1.Sysctl", &kSysctl},
    {"windowsOptions", FieldKind::kObject, "v1.WindowsSecurityContextOptions", &kWindows},
};
constexpr Struct kPodSecurityContext{"PodSecurityContext", kPodSecurityContextFields};
constexpr Field kHostPathFields[] = {{"path", FieldKind::kString, "string"}};
constexpr Struct kHostPath{"HostPathVolumeSource", kHostPathFields};
constexpr Field kVolumeFields[] = {
    {"hostPath", FieldKind::kObject, "v1.HostPathVolumeSource", &kHostPath, "VolumeSource"},
    {"name", FieldKind::kString, "string"},
};
constexpr Struct kVolume{"Volume", kVolumeFields};
constexpr Field kPodSpecFields[] = {
    {"containers", FieldKind::kObjects, "v1.Container", &kContainer},
    {"ephemeralContainers", FieldKind::kObjects, "v1.EphemeralContainer", &kEphemeralContainer},
    {"hostIPC", FieldKind::kBool, "bool"},
    {"hostNetwork", FieldKind::kBool, "bool"},
    {"hostPID", FieldKind::kBool, "bool"},
    {"initContainers", FieldKind::kObjects, "v1.Container", &kContainer},
    {"os", FieldKind::kObject, "v1.PodOS", &kOs},
    {"securityContext", FieldKind::kObject, "v1.PodSecurityContext", &kPodSecurityContext},
    {"volumes", FieldKind::kObjects, "v1.Volume", &kVolume},
};
constexpr Struct kPodSpec{"PodSpec", kPodSpecFields};

constexpr Field kMetadataFields[] = {{"annotations", FieldKind::kStringMap, "string"}};
constexpr Struct kMetadata{"ObjectMeta", kMetadataFields};
constexpr Field kPodFields[] = {
    {"metadata", FieldKind::kObject, "v1.ObjectMeta", &kMetadata},
    {"spec", FieldKind::kObject, "v1.PodSpec", &kPodSpec},
};
constexpr Struct kPod{"Pod", kPodFields};
constexpr Struct kPodTemplate{"PodTemplateSpec", kPodFields};

// All kinds with a Pod template are decoded as a Deployment.
constexpr Field kDeploymentSpecFields[] = {
    {"template", FieldKind::kObject, "v1.PodTemplateSpec", &kPodTemplate}};
constexpr Struct kDeploymentSpec{"DeploymentSpec", kDeploymentSpecFields};
constexpr Field kDeploymentFields[] = {
    {"metadata", FieldKind::kObject, "v1.ObjectMeta", &kMetadata},
    {"spec", FieldKind::kObject, "v1.DeploymentSpec", &kDeploymentSpec},
};
constexpr Struct kDeployment{"Deployment", kDeploymentFields};
constexpr Field kJobSpecFields[] = {{"template", FieldKind::kObject, "v1.PodTemplateSpec", &kPodTemplate}};
constexpr Struct kJobSpec{"JobSpec", kJobSpecFields};
constexpr Field kJobTemplateFields[] = {
    {"metadata", FieldKind::kObject, "v1.ObjectMeta", &kMetadata},
    {"spec", FieldKind::kObject, "v1.JobSpec", &kJobSpec},
};
constexpr Struct kJobTemplate{"JobTemplateSpec", kJobTemplateFields};
constexpr Field kCronJobSpecFields[] = {
    {"jobTemplate", FieldKind::kObject, "v1.JobTemplateSpec", &kJobTemplate}};
constexpr Struct kCronJobSpec{"CronJobSpec", kCronJobSpecFields};
constexpr Field kCronJobFields[] = {
    {"metadata", FieldKind::kObject, "v1.ObjectMeta", &kMetadata},
    {"spec", FieldKind::kObject, "v1.CronJobSpec", &kCronJobSpec},
};
constexpr Struct kCronJob{"CronJob", kCronJobFields};

// What is wrong, filled in from the innermost place outwards.
struct Mismatch {
  std::string found;   // "string", "number 1.5"
  std::string wanted;  // a Go type
  std::string_view struct_name;
  std::string path;
  std::string text;  // of a quantity, which says what is wrong without naming its place; else empty
};

// Always false. The prefix makes a list's or map's type of its items'.
bool Wrong(const Value& value, std::string_view wanted, Mismatch& mismatch, std::string_view prefix = {}) {
  mismatch.found = json::KindName(value);
  mismatch.wanted = std::string(prefix) + std::string(wanted);
  return false;
}

bool StructMatches(const Value& object, const Struct& type, Mismatch& mismatch);

bool Integer(const Value& value, double low, double high, std::string_view go_type, Mismatch& mismatch) {
  if (!value.is_number()) return Wrong(value, go_type, mismatch);
  const double number = value.as_double();
  if (std::trunc(number) == number && number >= low && number <= high) return true;
  Wrong(value, go_type, mismatch);
  mismatch.found += " " + json::ToString(value);
  return false;
}

bool FieldMatches(const Value& value, const Field& field, Mismatch& mismatch) {
  if (value.is_null()) return true;
  switch (field.kind) {
    case FieldKind::kBool:
      return value.is_bool() || Wrong(value, field.go_type, mismatch);
    case FieldKind::kInt32:
      return Integer(value, std::numeric_limits<std::int32_t>::min(),
                     std::numeric_limits<std::int32_t>::max(), field.go_type, mismatch);
    case FieldKind::kInt64:
      return Integer(value, -0x1p63, 0x1p63, field.go_type, mismatch);
    case FieldKind::kString:
      return value.is_string() || Wrong(value, field.go_type, mismatch);
    case FieldKind::kObject:
      return value.is_object() ? StructMatches(value, *field.object, mismatch)
                               : Wrong(value, field.go_type, mismatch);
    case FieldKind::kObjects:
      if (!value.is_array()) return Wrong(value, field.go_type, mismatch, "[]");
      for (const Value& item : value.items()) {
        if (item.is_null()) continue;
        if (!item.is_object()) return Wrong(item, field.go_type, mismatch);
        if (!StructMatches(item, *field.object, mismatch)) return false;
      }
      return true;
    case FieldKind::kStrings:
      if (!value.is_array()) return Wrong(value, field.go_type, mismatch, "[]");
      for (const Value& item : value.items()) {
        if (!item.is_string() && !item.is_null()) return Wrong(item, field.go_type, mismatch);
      }
      return true;
    case FieldKind::kStringMap:
      if (!value.is_object()) return Wrong(value, field.go_type, mismatch, "map[string]");
      for (const json::Member& member : value.members()) {
        if (!member.value.is_string() && !member.value.is_null())
          return Wrong(member.value, field.go_type, mismatch);
      }
      return true;
    case FieldKind::kQuantityMap:
      if (!value.is_object()) return Wrong(value, field.go_type, mismatch, "map[v1.ResourceName]");
      for (const json::Member& member : value.members()) {
        if (member.value.is_null()) continue;
        // A number counts by its text.
        const auto quantity = Quantity::Parse(member.value.is_string() ? std::string(member.value.as_string())
                                                                       : json::ToString(member.value));
        if (quantity) continue;
        mismatch.text = quantity.error().message();
        return false;
      }
      return true;
  }
  return true;
}

bool StructMatches(const Value& object, const Struct& type, Mismatch& mismatch) {
  for (const Field& field : type.fields) {
    const Value* const member = object.Find(field.key);
    if (member == nullptr || FieldMatches(*member, field, mismatch)) continue;
    if (mismatch.struct_name.empty()) {
      mismatch.struct_name = type.go_name;
    } else {
      mismatch.path.insert(0, ".");
    }
    mismatch.path.insert(0, field.key.text);
    if (!field.embedded_in.empty()) mismatch.path.insert(0, std::string(field.embedded_in) + ".");
    return false;
  }
  return true;
}

}  // namespace

std::string TypeError(const Value& object, std::string_view kind) {
  const Struct& type = HasPodTemplate(kind) ? kDeployment : kind == "CronJob" ? kCronJob : kPod;
  Mismatch mismatch;
  if (StructMatches(object, type, mismatch)) return "";
  if (!mismatch.text.empty()) return mismatch.text;
  return "json: cannot unmarshal " + mismatch.found + " into Go struct field " +
         std::string(mismatch.struct_name) + "." + mismatch.path + " of type " + mismatch.wanted;
}

}  // namespace ephor::pss
