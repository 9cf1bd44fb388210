// Results of the engine as findings with their places in files.
#pragma once

#include <cstddef>
#include <string_view>

#include "engine/response.h"
#include "report/findings.h"
#include "report/results.h"
#include "source/field_locator.h"
#include "source/resources.h"

namespace ephor::cli {

// `document` is null for what stands in no file of resources. `item` is the resource's place in its document,
// which counts where that is a List. Failures are located by the field that a pattern or a pod security
// control names, other results by their object.
report::Finding FindingOf(const engine::PolicyResponse& response, const engine::RuleResponse& rule,
                          const report::ResultOptions& options, const source::ResourceDocument* document,
                          std::size_t item, source::FieldLocator& locator);

}  // namespace ephor::cli
