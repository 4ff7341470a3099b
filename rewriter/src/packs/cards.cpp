#include "packs/cards.hpp"

#include <algorithm>
#include <utility>

#include "packs/card_text.hpp"

namespace ferry::rewriter {
namespace {

// The lines of a text, without their ends.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  std::optional<std::string_view> next() {
    if (rest_.empty()) return std::nullopt;
    const std::size_t end = std::min(rest_.find('\n'), rest_.size());
    std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    ++number_;
    return line;
  }
  unsigned number() const { return number_; }

 private:
  std::string_view rest_;
  unsigned number_ = 0;
};

std::nullopt_t fail(CardError& error, unsigned line, std::string message) {
  error = {.line = line, .message = std::move(message)};
  return std::nullopt;
}

// The code up to the closing fence.
std::optional<std::string> read_block(Lines& lines) {
  std::string code;
  while (const auto line = lines.next()) {
    if (*line == "```") return code;
    code.append(*line).push_back('\n');
  }
  return std::nullopt;
}

}  // namespace

std::optional<Card> parse_card(std::string_view text, std::string_view pack, CardError& error) {
  constexpr std::string_view kApplicability = "Applicability: ";
  Card card{.rule = {.pack = std::string(pack)}};
  CardText explanation;
  std::string prelude;
  Lines lines(text);

  const std::string_view heading = lines.next().value_or("");
  const std::size_t colon = heading.find(": ");
  if (!heading.starts_with("# ") || colon == std::string_view::npos || colon == 2)
    return fail(error, 1, "a card begins with `# ID: title`");
  card.rule.id = heading.substr(2, colon - 2);
  card.rule.title = heading.substr(colon + 2);

  const std::string_view second = lines.next().value_or("");
  const auto applicability = second.starts_with(kApplicability)
                                 ? parse_applicability(second.substr(kApplicability.size()))
                                 : std::nullopt;
  if (!applicability) return fail(error, 2, "the second line is `Applicability: safe`, `unsafe` or `manual`");
  card.rule.applicability = *applicability;
  explanation.add_heading(card.rule);

  while (const auto line = lines.next()) {
    if (!line->starts_with("```cpp ")) {
      explanation.add_line(*line);
      continue;
    }
    const unsigned begin = lines.number();
    const std::string_view kind = line->substr(7);
    auto code = read_block(lines);
    if (!code) return fail(error, begin, "this code block has no closing ```");
    if (kind == "prelude") {
      prelude += *code;
    } else if (kind == "before") {
      explanation.add_before(*code);
      card.examples.push_back({.before = std::move(*code), .after = std::nullopt, .line = begin});
    } else if (kind != "after") {
      return fail(error, begin, "a code block is `cpp before`, `cpp after` or `cpp prelude`");
    } else if (!explanation.awaits_after()) {
      return fail(error, begin, "an `after` block follows a `before` block");
    } else {
      explanation.add_after(*code);
      card.examples.back().after = std::move(*code);
    }
  }
  card.rule.card = explanation.take();
  for (Example& example : card.examples) example.prelude = prelude;
  return card;
}

}  // namespace ferry::rewriter
