#include "rules/cards.hpp"

#include <algorithm>
#include <utility>

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

// What `ferry explain` prints: a card's text, its examples indented under headings, its preludes left out.
class Explanation {
 public:
  void add_line(std::string_view line) {
    if (line.empty()) return end_paragraph();
    settle();
    text_.append(line).push_back('\n');
  }
  void add_before(std::string_view code) {
    settle();
    before_ = code;
  }
  bool awaits_after() const { return before_.has_value(); }
  void add_after(std::string_view code) {
    add_code("Before:", *std::exchange(before_, std::nullopt));
    add_code("After:", code);
  }
  std::string take() {
    settle();
    return std::move(text_);
  }

 private:
  // An example that no `after` followed.
  void settle() {
    if (before_) add_code("Left as it is:", *std::exchange(before_, std::nullopt));
  }
  void add_code(std::string_view heading, std::string_view code) {
    end_paragraph();
    text_.append(heading).push_back('\n');
    Lines lines(code);
    while (const auto line = lines.next())
      text_.append(line->empty() ? "" : "    ").append(*line).push_back('\n');
    end_paragraph();
  }
  void end_paragraph() {
    if (!text_.empty() && !text_.ends_with("\n\n")) text_ += '\n';
  }

  std::string text_;
  std::optional<std::string> before_;
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
  Explanation explanation;
  Lines lines(text);

  const std::string_view heading = lines.next().value_or("");
  const std::size_t colon = heading.find(": ");
  if (!heading.starts_with("# ") || colon == std::string_view::npos || colon == 2)
    return fail(error, 1, "a card begins with `# ID: title`");
  card.rule.id = heading.substr(2, colon - 2);
  card.rule.title = heading.substr(colon + 2);
  explanation.add_line(heading.substr(2));

  const std::string_view second = lines.next().value_or("");
  const auto applicability = second.starts_with(kApplicability)
                                 ? parse_applicability(second.substr(kApplicability.size()))
                                 : std::nullopt;
  if (!applicability) return fail(error, 2, "the second line is `Applicability: safe`, `unsafe` or `manual`");
  card.rule.applicability = *applicability;
  explanation.add_line(second);

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
      card.prelude += *code;
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
  return card;
}

Rules load_rules() {
  Rules rules;
  for (const EmbeddedCard& embedded : embedded_cards()) {
    CardError error;
    if (auto card = parse_card(embedded.text, embedded.pack, error)) rules.push_back(std::move(card->rule));
  }
  std::ranges::sort(rules, {}, &Rule::id);
  return rules;
}

}  // namespace ferry::rewriter
