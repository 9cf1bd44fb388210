#include "load/plot.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace ephor::load {
namespace {

constexpr double kWidth = 720, kHeight = 240;
constexpr double kLeft = 56, kRight = 12, kTop = 14, kBottom = 34;
constexpr double kInnerWidth = kWidth - kLeft - kRight, kInnerHeight = kHeight - kTop - kBottom;
constexpr std::size_t kMostPoints = 600;

std::string Short(double value) {
  char text[32];
  const double size = std::abs(value);
  if (size >= 1e6) {
    std::snprintf(text, sizeof text, "%.3gM", value / 1e6);
  } else if (size >= 1e4) {
    std::snprintf(text, sizeof text, "%.3gk", value / 1e3);
  } else {
    std::snprintf(text, sizeof text, "%.4g", value);
  }
  return text;
}

std::string Coordinate(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}

// The smallest of 1, 2, 2.5, 5 times a power of ten with which at most `count` steps reach the value.
double StepFor(double largest, int count) {
  if (!(largest > 0)) return 1;
  const double rough = largest / count;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 2.5, 5.0}) {
    if (factor * power >= rough) return factor * power;
  }
  return 10 * power;
}

std::string Begin(std::string_view label) {
  return "<svg viewBox='0 0 720 240' role='img' aria-label='" + EscapeHtml(label) + "'>";
}

std::string Line(double x1, double y1, double x2, double y2, std::string_view style) {
  return "<line class='" + std::string(style) + "' x1='" + Coordinate(x1) + "' y1='" + Coordinate(y1) +
         "' x2='" + Coordinate(x2) + "' y2='" + Coordinate(y2) + "'/>";
}

std::string Text(double x, double y, std::string_view anchor, std::string_view text) {
  return "<text x='" + Coordinate(x) + "' y='" + Coordinate(y) + "' text-anchor='" + std::string(anchor) +
         "'>" + EscapeHtml(text) + "</text>";
}

// Horizontal lines with their values; returns the value at the top.
double DrawScale(double largest, std::string_view unit, std::string& svg) {
  const double step = StepFor(largest, 4);
  const int steps = std::max(1, static_cast<int>(std::ceil(largest / step - 1e-9)));
  for (int i = 0; i <= steps; ++i) {
    const double y = kTop + kInnerHeight * (1 - static_cast<double>(i) / steps);
    svg += Line(kLeft, y, kWidth - kRight, y, i == 0 ? "axis" : "grid");
    svg += Text(kLeft - 6, y + 4, "end", Short(step * i) + (i == steps ? " " + std::string(unit) : ""));
  }
  return step * steps;
}

}  // namespace

std::string EscapeHtml(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string LinePlot(std::span<const double> x, std::span<const Series> series, const PlotLabels& labels) {
  std::string svg = Begin(std::string(labels.y) + " over " + std::string(labels.x));
  double largest = 0;
  for (const Series& each : series) {
    for (const double value : each.values) largest = std::max(largest, value);
  }
  const double top = DrawScale(largest, labels.y, svg);
  const double begin = x.empty() ? 0 : x.front();
  const double length = x.empty() || x.back() <= begin ? 1 : x.back() - begin;
  const double step = StepFor(length, 8);
  for (double at = 0; at <= length * 1.0001; at += step) {
    svg += Text(kLeft + kInnerWidth * at / length, kHeight - 12, "middle", Short(begin + at));
  }
  svg += Text(kWidth - kRight, kHeight - 1, "end", labels.x);
  const std::size_t stride = (x.size() + kMostPoints - 1) / kMostPoints;
  for (std::size_t s = 0; s < series.size(); ++s) {
    svg += "<polyline class='line s" + std::to_string(s) + "' points='";
    for (std::size_t i = 0; i < x.size(); i += stride) {
      double value = 0;
      for (std::size_t j = i; j < std::min(i + stride, x.size()); ++j)
        value = std::max(value, series[s].values[j]);
      svg += Coordinate(kLeft + kInnerWidth * (x[i] - begin) / length) + ',' +
             Coordinate(kTop + kInnerHeight * (1 - value / top)) + ' ';
    }
    svg += "'><title>" + EscapeHtml(series[s].name) + "</title></polyline>";
  }
  svg += "</svg><p class='legend'>";
  for (std::size_t s = 0; s < series.size(); ++s) {
    svg += "<span><i class='s" + std::to_string(s) + "'></i>" + EscapeHtml(series[s].name) + "</span>";
  }
  return svg + "</p>";
}

std::string BarPlot(std::span<const double> edges, std::span<const double> counts,
                    std::span<const std::pair<std::string, double>> marks, const PlotLabels& labels) {
  std::string svg = Begin(std::string(labels.y) + " by " + std::string(labels.x));
  double largest = 0;
  for (const double count : counts) largest = std::max(largest, count);
  const double top = DrawScale(largest, labels.y, svg);
  const double width = kInnerWidth / std::max<double>(1, static_cast<double>(counts.size()));
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const double height = kInnerHeight * counts[i] / top;
    svg += "<rect class='s0' x='" + Coordinate(kLeft + width * static_cast<double>(i) + 0.5) + "' y='" +
           Coordinate(kTop + kInnerHeight - height) + "' width='" + Coordinate(std::max(0.5, width - 1)) +
           "' height='" + Coordinate(height) + "'><title>" + Short(edges[i]) + " to " + Short(edges[i + 1]) +
           " " + EscapeHtml(labels.x) + ": " + Short(counts[i]) + "</title></rect>";
  }
  const std::size_t every = std::max<std::size_t>(1, counts.size() / 8);
  for (std::size_t i = 0; i < edges.size(); i += every) {
    char value[32];
    std::snprintf(value, sizeof value, "%.3g", edges[i]);
    svg += Text(kLeft + width * static_cast<double>(i), kHeight - 14,
                i + every < edges.size() ? "middle" : "end", value);
  }
  svg += Text(kWidth - kRight, kHeight - 1, "end", labels.x);
  double row = 0;
  for (const auto& [name, value] : marks) {
    const auto after = std::upper_bound(edges.begin(), edges.end(), value);
    if (after == edges.begin() || edges.size() < 2) continue;
    const std::size_t bar = std::min(static_cast<std::size_t>(after - edges.begin()) - 1, counts.size() - 1);
    const double part = std::clamp((value - edges[bar]) / (edges[bar + 1] - edges[bar]), 0.0, 1.0);
    const double x = kLeft + width * (static_cast<double>(bar) + part);
    svg += Line(x, kTop, x, kTop + kInnerHeight, "mark");
    // Names of marks that stand close together go below each other.
    const bool right = x > kWidth - 110;
    svg += Text(right ? x - 3 : x + 3, kTop + 10 + 13 * row, right ? "end" : "start", name);
    row += 1;
  }
  return svg + "</svg>";
}

}  // namespace ephor::load
