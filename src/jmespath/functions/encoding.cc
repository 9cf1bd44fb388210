#include "base/encoding.h"

#include "base/hash.h"
#include "jmespath/functions/families.h"

namespace ephor::jmespath::functions {

Result<Value> Base64Decode(Invocation& in) {
  auto decoded = ephor::Base64Decode(in.text(0));
  if (!decoded) return EvaluationError(decoded.error().message());
  return in.Text(*decoded);
}

Result<Value> Base64Encode(Invocation& in) {
  return in.Text(ephor::Base64Encode(in.text(0)));
}

Result<Value> Sha256(Invocation& in) {
  if (!in.Charge(in[0].size())) return in.OutOfBudget();
  return in.Text(Sha256Hex(in.text(0)));
}

Result<Value> Sha1(Invocation& in) {
  if (!in.Charge(in[0].size())) return in.OutOfBudget();
  return in.Text(Sha1Hex(in.text(0)));
}

Result<Value> Md5(Invocation& in) {
  if (!in.Charge(in[0].size())) return in.OutOfBudget();
  return in.Text(Md5Hex(in.text(0)));
}

}  // namespace ephor::jmespath::functions
