#include "report/treemap.hpp"

#include <algorithm>
#include <limits>
#include <memory>
#include <numeric>
#include <utility>

namespace ferry::rewriter {
namespace {

constexpr double kHeading = 18;  // the height of a frame's label
constexpr double kGap = 2;
constexpr double kSmallest = 26;  // a frame whose inside is narrower or lower is one area

struct Node {
  std::string path;
  std::string label;
  Tally tally;
  std::vector<Node> children;
};

// Of a row of areas along a side, how far the worst is from a square.
double worst(double sum, double least, double most, double side) {
  return std::max(side * side * most / (sum * sum), sum * sum / (side * side * least));
}

void insert(Node& node, std::string_view rest, const std::string& path, const Tally& tally) {
  node.tally += tally;
  const std::size_t slash = rest.find('/');
  const bool is_file = slash == std::string_view::npos;
  // What lies directly in a directory is an area beside its directories.
  const std::string label = is_file ? "" : std::string(rest.substr(0, slash));
  auto child = std::ranges::find(node.children, label, &Node::label);
  if (child == node.children.end()) {
    const std::string prefix = node.path == "." ? "" : node.path + "/";
    node.children.push_back(
        {.path = is_file ? node.path : prefix + label, .label = label, .tally = {}, .children = {}});
    child = std::prev(node.children.end());
  }
  if (is_file)
    child->tally += tally;
  else
    insert(*child, rest.substr(slash + 1), path, tally);
}

// A directory with one directory in it and nothing else is one with both names.
void tidy(Node& node) {
  for (Node& child : node.children) tidy(child);
  std::ranges::sort(node.children, [](const Node& a, const Node& b) {
    return a.tally.total() != b.tally.total() ? a.tally.total() > b.tally.total() : a.path < b.path;
  });
  if (node.children.size() != 1) return;
  Node only = std::move(node.children.front());
  if (!only.label.empty()) {
    only.label = node.label.empty() ? only.label : node.label + "/" + only.label;
    node = std::move(only);
  } else {
    node.children.clear();
  }
}

void place(const Node& node, const Box& box, unsigned depth, std::vector<Area>& areas) {
  Area area{.path = node.path, .label = node.label, .tally = node.tally, .box = box, .depth = depth};
  const double heading = depth == 0 ? 0 : kHeading;  // the whole needs no label
  const Box inside{.x = box.x + kGap,
                   .y = box.y + kGap + heading,
                   .width = box.width - 2 * kGap,
                   .height = box.height - 2 * kGap - heading};
  area.is_frame =
      !node.children.empty() && (depth == 0 || (inside.width >= kSmallest && inside.height >= kSmallest));
  if (area.label.empty())
    area.label = node.path == "." ? "." : node.path.substr(node.path.rfind('/') + 1) + "/*";
  if (depth > 0 || !area.is_frame) areas.push_back(area);
  if (!area.is_frame) return;
  std::vector<double> weights;
  for (const Node& child : node.children) weights.push_back(static_cast<double>(child.tally.total()));
  const std::vector<Box> boxes = divide(inside, weights);
  for (std::size_t i = 0; i < boxes.size(); ++i) place(node.children[i], boxes[i], depth + 1, areas);
}

}  // namespace

std::vector<Box> divide(const Box& box, const std::vector<double>& weights) {
  std::vector<Box> boxes;
  Box rest = box;
  double left = std::accumulate(weights.begin(), weights.end(), 0.0);
  for (std::size_t begin = 0; begin < weights.size();) {
    const double side = std::min(rest.width, rest.height);
    const double scale = rest.width * rest.height / left;
    double sum = 0;
    double before = std::numeric_limits<double>::infinity();
    std::size_t end = begin;
    for (; end < weights.size(); ++end) {
      const double longer = sum + weights[end] * scale;
      const double now = worst(longer, weights[end] * scale, weights[begin] * scale, side);
      if (now > before) break;
      before = now;
      sum = longer;
    }
    // A row along the shorter side.
    const bool is_column = rest.width >= rest.height;
    const double thickness = side > 0 ? sum / side : 0;
    double along = 0;
    for (std::size_t i = begin; i < end; ++i) {
      const double length = thickness > 0 ? weights[i] * scale / thickness : 0;
      boxes.push_back(is_column ? Box{rest.x, rest.y + along, thickness, length}
                                : Box{rest.x + along, rest.y, length, thickness});
      along += length;
      left -= weights[i];
    }
    (is_column ? rest.x : rest.y) += thickness;
    (is_column ? rest.width : rest.height) -= thickness;
    begin = end;
  }
  return boxes;
}

std::vector<Area> treemap(const std::map<std::string, Tally>& files, const Box& box) {
  Node root{.path = ".", .label = {}, .tally = {}, .children = {}};
  for (const auto& [path, tally] : files)
    if (tally.total() != 0) insert(root, path, path, tally);
  if (root.tally.total() == 0) return {};
  tidy(root);
  std::vector<Area> areas;
  place(root, box, 0, areas);
  return areas;
}

}  // namespace ferry::rewriter
