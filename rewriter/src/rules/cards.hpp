// Cards: the Markdown that explains a rule and is its test, embedded into the program when it is built.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/rule.hpp"

namespace ferry::rewriter {

/// A card as it lies in the source tree: rules/native/*.md and packs/NAME/*.md.
struct EmbeddedCard {
  std::string_view name;  ///< file name without `.md`
  std::string_view pack;  ///< "ferry-0.2"
  std::string_view text;
};

/// Every card of the program, sorted by (pack, name).
std::span<const EmbeddedCard> embedded_cards();

/// One ```cpp before block with the ```cpp after block that follows it. Without one the code must stay as it
/// is.
struct Example {
  std::string before;
  std::optional<std::string> after;
  unsigned line = 0;  ///< of `before` in the card
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
/// An example without `after` stays as it is. A card may have several `prelude` blocks; they are joined.
struct Card {
  Rule rule;
  std::string prelude;
  std::vector<Example> examples;
};

struct CardError {
  unsigned line = 0;
  std::string message;
};

/// Reads one card. On failure `error` says what is wrong and where.
std::optional<Card> parse_card(std::string_view text, std::string_view pack, CardError& error);

/// The rules of every embedded card, sorted by id. A card that cannot be read is left out: a test reads them
/// all.
Rules load_rules();

}  // namespace ferry::rewriter
