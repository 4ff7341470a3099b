// Native rules: what needs judgement, in C++. One source file and one card each; the build lists them by
// itself.
#pragma once

#include <set>
#include <span>
#include <string>

#include "analyse/unit.hpp"

namespace ferry::rewriter {

/// A native rule: reports what it finds in the unit, and adds the ids of the annotations whose uses it has
/// judged.
using NativeRule = void (*)(Unit& unit, std::set<std::string>& claimed);

/// Every native rule, one per file `rules/native/NAME.cpp`, where it is `native::NAME`.
std::span<const NativeRule> native_rules();

}  // namespace ferry::rewriter
