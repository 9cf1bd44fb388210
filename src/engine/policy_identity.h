// A policy as results and reports name it, whatever its kind.
#pragma once

#include <string>
#include <string_view>

#include "engine/printable.h"
#include "json/value.h"
#include "policy/types.h"

namespace ephor::engine {

// Base of compiled policies of all kinds. Immutable, safe from any thread.
class PolicyIdentity {
 public:
  virtual ~PolicyIdentity() = default;
  PolicyIdentity(const PolicyIdentity&) = delete;
  PolicyIdentity& operator=(const PolicyIdentity&) = delete;

  const policy::Object& object() const { return object_; }
  std::string_view name() const { return object_.metadata.name; }
  std::string_view namespace_() const { return object_.metadata.namespace_; }  // "" for cluster-wide ones
  // "name", or "namespace/name" of a namespaced policy.
  std::string_view key() const { return key_; }
  // The name as blocked requests' messages print it (printable.h); "" where it needs another form.
  std::string_view plain_key() const { return plain_key_; }

  // The source of its results in reports: "kyverno", "KyvernoValidatingPolicy", ...
  virtual std::string_view report_source() const = 0;
  // Whether background scans take it, and whether admission does.
  virtual bool in_background() const = 0;
  virtual bool in_admission() const = 0;
  // Whether a failure refuses a request of the namespace. One answer for the policy as a whole.
  virtual bool Enforces(std::string_view namespace_, const json::Value& namespace_labels) const = 0;

 protected:
  // The object must outlive it.
  PolicyIdentity(const policy::Object& object, bool namespaced) : object_(object) {
    if (namespaced && !object.metadata.namespace_.empty()) {
      key_ = std::string(object.metadata.namespace_) + '/';
    }
    key_ += object.metadata.name;
    plain_key_ = PlainKey(object.metadata.name);
  }

 private:
  const policy::Object& object_;
  std::string key_;
  std::string plain_key_;
};

}  // namespace ephor::engine
