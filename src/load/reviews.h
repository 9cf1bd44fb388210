// AdmissionReviews to send: from files, or made around objects.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ephor::load {

// The bodies for the documents of a file, YAML or JSON: an AdmissionReview as it is, of any other object the
// review of its creation, as an API server would send it. A text that is one JSON AdmissionReview is kept to
// the byte. Fails with the line of what cannot be read, or of a document without kind or apiVersion.
Result<std::vector<std::string>> ReviewsOf(std::string_view text);

}  // namespace ephor::load
