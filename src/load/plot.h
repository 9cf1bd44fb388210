// Plots as SVG text, coloured by the page's style sheet (classes "s0", "s1", ... for the series).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ephor::load {

struct Series {
  std::string name;
  std::vector<double> values;  // one for each x
};

struct PlotLabels {
  std::string_view x, y;  // units: "s", "ms"
};

// Lines over a common, ascending x. More than about 600 points are thinned: of neighbours the largest value
// stays, so that no spike is lost.
std::string LinePlot(std::span<const double> x, std::span<const Series> series, const PlotLabels& labels);

// Bars between edges that are spread evenly over the width, whatever their distance; edges has one more entry
// than counts. A mark is a vertical line with a name at a value on the axis.
std::string BarPlot(std::span<const double> edges, std::span<const double> counts,
                    std::span<const std::pair<std::string, double>> marks, const PlotLabels& labels);

// Text for use between tags and in attributes.
std::string EscapeHtml(std::string_view text);

}  // namespace ephor::load
