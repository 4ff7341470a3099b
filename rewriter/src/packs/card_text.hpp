// CardText: what `ferry explain` prints of a rule, and what its page of documentation says.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/rule.hpp"

namespace ferry::rewriter {

/// Markdown: a heading, text, and the examples in blocks of code.
class CardText {
 public:
  void add_heading(const Rule& rule);
  void add_line(std::string_view line);
  /// Each line of a text, and an empty one behind it.
  void add_text(std::string_view text);
  void add_before(std::string_view code);
  bool awaits_after() const { return before_.has_value(); }
  void add_after(std::string_view code);
  std::string take();

 private:
  void settle();
  void add_code(std::string_view heading, std::string_view code);
  void end_paragraph();

  std::string text_;
  std::optional<std::string> before_;
};

}  // namespace ferry::rewriter
