// What the extensions of a certificate say.
#pragma once

#include "jmespath/functions/x509_fields.h"

namespace ephor::jmespath::functions {

// Sets the members of Go's x509.Certificate that come from extensions.
void SetExtensions(FieldWriter& writer, const X509* certificate, json::ObjectBuilder& object);

}  // namespace ephor::jmespath::functions
