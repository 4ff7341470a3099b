#include "packs/card_text.hpp"

#include <utility>

#include <llvm/ADT/StringRef.h>

namespace ferry::rewriter {

void CardText::add_heading(const Rule& rule) {
  text_ += "# " + rule.id + ": " + rule.title + "\n\nApplicability: ";
  text_.append(to_string(rule.applicability)).append("\n\n");
}

void CardText::add_line(std::string_view line) {
  if (line.empty()) return end_paragraph();
  settle();
  text_.append(line).push_back('\n');
}

void CardText::add_text(std::string_view text) {
  for (llvm::StringRef rest(text); !rest.empty();) {
    const auto [line, behind] = rest.split('\n');
    add_line(line.rtrim());
    rest = behind;
  }
  end_paragraph();
}

void CardText::add_before(std::string_view code) {
  settle();
  before_ = code;
}

void CardText::add_after(std::string_view code) {
  add_code("Before:", *std::exchange(before_, std::nullopt));
  add_code("After:", code);
}

std::string CardText::take() {
  settle();
  while (text_.ends_with("\n\n")) text_.pop_back();
  return std::move(text_);
}

// An example that no `after` followed.
void CardText::settle() {
  if (before_) add_code("Left as it is:", *std::exchange(before_, std::nullopt));
}

void CardText::add_code(std::string_view heading, std::string_view code) {
  end_paragraph();
  text_.append(heading).append("\n\n```cpp\n").append(code);
  if (!text_.ends_with('\n')) text_ += '\n';
  text_ += "```\n\n";
}

void CardText::end_paragraph() {
  if (!text_.empty() && !text_.ends_with("\n\n")) text_ += '\n';
}

}  // namespace ferry::rewriter
