// Native rules: what needs judgement, in C++. One source file and one card each; the build lists them by
// itself.
#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>

#include "analyse/unit.hpp"

namespace ferry::rewriter {

/// A native rule, which looks where its pack does.
struct NativeRule {
  std::string_view pack;
  /// Reports what it finds in the unit, and adds the ids of the annotations whose uses it has judged.
  void (*run)(Unit& unit, std::set<std::string>& claimed);
};

/// Every native rule, one per file `rules/native/NAME.cpp` or `rules/native/PACK/NAME.cpp`, where it is
/// `native::NAME`.
std::span<const NativeRule> native_rules();

}  // namespace ferry::rewriter
