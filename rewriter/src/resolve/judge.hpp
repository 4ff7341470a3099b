// judge: which lines of which files every rule has looked at.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/finding.hpp"
#include "model/texts.hpp"

namespace ferry::rewriter {

/// A file about which it is known what can be found in it.
struct JudgedFile {
  std::vector<std::string> names;  ///< the paths that lead to it, sorted
  std::string text;
  LineRanges unseen;  ///< lines that no job has judged
};

/// What is known of `texts`: a line counts as seen if an analysis has seen it, or if nothing that reads the
/// file was worth an analysis and the line stands outside of `#if`.
std::vector<JudgedFile> judge(const Texts& texts, const std::vector<Analysis>& analyses);

/// The lines between `#if`, `#ifdef` or `#ifndef` and its `#endif`, unless that is the guard around a whole
/// header.
LineRanges conditional_lines(std::string_view text);

}  // namespace ferry::rewriter
