// Marks: what an annotation looks like in the text of a header.
#pragma once

#include <array>
#include <string_view>

namespace ferry::rewriter {

/// What the text of ferry's own annotations begins with.
inline constexpr std::string_view kFerryMark = "ferry:";
/// The whole text of Abseil's annotation.
inline constexpr std::string_view kInlineMark = "inline-me";

/// How both are written: as string literals, up to where they may differ.
inline constexpr std::array<std::string_view, 2> kWrittenMarks = {"\"ferry:", "\"inline-me\""};

/// Whether `text` has a `deprecated` attribute with a second argument, which names a replacement.
bool may_name_replacement(std::string_view text);

}  // namespace ferry::rewriter
