#include "support/mentions.hpp"

#include <algorithm>
#include <string>

#include <llvm/ADT/StringExtras.h>

namespace ferry::rewriter {
namespace {

bool begins_name(char c) { return llvm::isAlpha(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80; }
bool continues_name(char c) { return begins_name(c) || llvm::isDigit(c); }

class Reader {
 public:
  Reader(std::string_view code, const std::function<void(std::string_view, std::size_t)>& found)
      : code_(code), found_(found) {}

  void run() {
    while (at_ < code_.size()) step();
  }

 private:
  bool has(std::string_view text) const { return code_.substr(at_).starts_with(text); }

  void skip_to(std::string_view end) {
    const std::size_t found = code_.find(end, at_);
    at_ = found == std::string_view::npos ? code_.size() : found + end.size();
  }

  void step() {
    const char c = code_[at_];
    if (has("//")) {
      skip_line();
    } else if (has("/*")) {
      at_ += 2;
      skip_to("*/");
    } else if (c == '#' && is_line_start_) {
      directive();
    } else if (c == '"' || c == '\'') {
      literal(c);
    } else if (begins_name(c)) {
      name();
    } else if (llvm::isDigit(c)) {
      // Digits may be kept apart by quotes, which begin no literal.
      while (at_ < code_.size() && (continues_name(code_[at_]) || code_[at_] == '.' || code_[at_] == '\''))
        ++at_;
    } else {
      if (c == '\n')
        is_line_start_ = true;
      else if (!llvm::isSpace(c))
        is_line_start_ = false;
      ++at_;
    }
  }

  // A comment, which a backslash continues.
  void skip_line() {
    do {
      skip_to("\n");
    } while (at_ < code_.size() &&
             (code_.substr(0, at_ - 1).ends_with('\\') || code_.substr(0, at_ - 1).ends_with("\\\r")));
    is_line_start_ = true;
  }

  // What is included is named in quotes, too.
  void directive() {
    is_line_start_ = false;
    ++at_;
    while (at_ < code_.size() && (code_[at_] == ' ' || code_[at_] == '\t')) ++at_;
    if (!has("include")) return;
    while (at_ < code_.size() && code_[at_] != '\n' && !has("//") && !has("/*")) {
      if (begins_name(code_[at_]))
        name();
      else
        ++at_;
    }
  }

  void literal(char quote) {
    is_line_start_ = false;
    for (++at_; at_ < code_.size() && code_[at_] != quote && code_[at_] != '\n'; ++at_)
      if (code_[at_] == '\\') ++at_;
    at_ = std::min(at_ + 1, code_.size());
  }

  void name() {
    is_line_start_ = false;
    const std::size_t begin = at_;
    while (at_ < code_.size() && continues_name(code_[at_])) ++at_;
    const std::string_view text = code_.substr(begin, at_ - begin);
    // A prefix of a raw string, whose end its own delimiter says.
    if (text.ends_with('R') && at_ < code_.size() && code_[at_] == '"' && text.size() <= 3) {
      const std::size_t open = code_.find('(', at_);
      if (open != std::string_view::npos && open - at_ <= 17) {
        const std::string end = ")" + std::string(code_.substr(at_ + 1, open - at_ - 1)) + "\"";
        at_ = open;
        skip_to(end);
        return;
      }
    }
    found_(text, begin);
  }

  std::string_view code_;
  const std::function<void(std::string_view, std::size_t)>& found_;
  std::size_t at_ = 0;
  bool is_line_start_ = true;
};

}  // namespace

void for_each_name(std::string_view code, const std::function<void(std::string_view, std::size_t)>& found) {
  Reader(code, found).run();
}

}  // namespace ferry::rewriter
