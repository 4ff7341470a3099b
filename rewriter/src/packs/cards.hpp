// Cards: the Markdown that explains a rule and is its test, embedded into the program when it is built.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/rule.hpp"

namespace ferry::rewriter {

/// A file of a built-in pack, as it lies in the source tree: rules/native/*.md and packs/NAME/*.
struct EmbeddedFile {
  std::string_view name;  ///< "TIME-01.md"
  std::string_view pack;  ///< "ferry-0.2"
  std::string_view text;
};

/// Every such file, those of a pack together.
std::span<const EmbeddedFile> embedded_files();

/// One ```cpp before block with the ```cpp after block that follows it. Without one the code must stay as it
/// is.
struct Example {
  std::string prelude{};  ///< stands before it
  std::string before;
  std::optional<std::string> after;
  std::string file{};     ///< of the card
  unsigned line = 0;      ///< of `before` in it
  std::string variant{};  ///< which of several spellings of the library it is for
};

/// A card, read:
///
///     # TIME-01: `delay_for` is now `sleep`
///     Applicability: unsafe
///     Text, to the end of the card, between the code blocks.
///     ```cpp prelude
///     declarations that every example below needs
///     ```
///     ```cpp before
///     ```
///     ```cpp after
///     ```
///
/// An example without `after` stays as it is. A card may have several `prelude` blocks; they are joined, and
/// stand before each example.
struct Card {
  Rule rule;
  std::vector<Example> examples{};
};

struct CardError {
  unsigned line = 0;
  std::string message;
};

/// Reads one card. On failure `error` says what is wrong and where.
std::optional<Card> parse_card(std::string_view text, std::string_view pack, CardError& error);

}  // namespace ferry::rewriter
