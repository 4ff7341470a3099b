// A treemap: directories as areas, each as large as what is in it.
#pragma once

#include <string>
#include <vector>

#include "report/status.hpp"

namespace ferry::rewriter {

struct Box {
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;
};

/// Divides a box into one for each weight, in the same order; each has its share of the area, and is as near
/// to a square as can be had in one go. Weights are positive, the greatest first.
std::vector<Box> divide(const Box& box, const std::vector<double>& weights);

/// A directory, or what lies directly in one that has directories, too.
struct Area {
  std::string path;   ///< from the root, `.` for the root itself
  std::string label;  ///< as much of the path as the areas around it do not say
  Tally tally;
  Box box;
  unsigned depth = 0;
  bool is_frame = false;  ///< other areas lie in it
};

/// The areas of the directories that these files are in, outer ones before those within. Directories that
/// would be too small to be seen are part of the one around them.
std::vector<Area> treemap(const std::map<std::string, Tally>& files, const Box& box);

}  // namespace ferry::rewriter
