// The API server's rules for names, labels and annotations.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/decoder.h"
#include "policy/types.h"

namespace ephor::policy {

// What is wrong with a text as a DNS subdomain, a label key or a label value; nothing where it is right. In
// the words of the API server, without a path.
std::vector<std::string> SubdomainTrouble(std::string_view text);
std::vector<std::string> LabelKeyTrouble(std::string_view text);
std::vector<std::string> LabelValueTrouble(std::string_view text);

// Appends what the API server would refuse in the metadata of a new object.
void CheckObjectMeta(const Object& object, std::vector<DecodeIssue>& issues);

}  // namespace ephor::policy
