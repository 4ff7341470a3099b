#include "resolve/judge.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include <llvm/ADT/SmallString.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/Support/FileSystem.h>

#include "resolve/comments.hpp"

namespace ferry::rewriter {
namespace {

// The text with blanks in place of comments and literals: what directives are read from.
std::string code_of(std::string_view text) {
  std::string code(text);
  for (const Span& span : spans_of(text))
    for (std::size_t at = span.begin; at < span.end; ++at)
      if (code[at] != '\n') code[at] = ' ';
  return code;
}

LineRanges both(const LineRanges& left, const LineRanges& right) {
  LineRanges common;
  for (const LineRange& a : left)
    for (const LineRange& b : right)
      if (a.first <= b.last && b.first <= a.last)
        common.push_back({.first = std::max(a.first, b.first), .last = std::min(a.last, b.last)});
  std::ranges::sort(common);
  return common;
}

// Follows the directives of a text, line by line.
class Conditions {
 public:
  void read(llvm::StringRef content, unsigned line) {
    if (guard_end_ != 0) is_guard_whole_ = false;  // something stands behind it
    if (content.consume_front("#")) {
      const llvm::StringRef name = content.ltrim().take_while(llvm::isAlpha);
      if (name == "if" || name == "ifdef" || name == "ifndef")
        begin(line, !has_content_ && name == "ifndef");
      else if (name == "endif" && !open_.empty())
        end(line);
      else if ((name == "else" || name.starts_with("elif")) && is_in_guard())
        is_guard_whole_ = false;
    }
    has_content_ = true;
  }

  // What is never closed reaches to the end.
  LineRanges finish(unsigned last_line) {
    for (const unsigned first : open_)
      if (first != guard_) ranges_.push_back({.first = first, .last = last_line});
    if (guard_ != 0 && (!is_guard_whole_ || guard_end_ == 0))
      ranges_.push_back({.first = guard_, .last = last_line});
    std::ranges::sort(ranges_);
    return std::move(ranges_);
  }

 private:
  bool is_in_guard() const { return open_.size() == 1 && open_.front() == guard_; }

  void begin(unsigned line, bool is_guard) {
    if (is_guard) guard_ = line;
    open_.push_back(line);
  }

  void end(unsigned line) {
    const unsigned first = open_.back();
    open_.pop_back();
    if (first == guard_)
      guard_end_ = line;
    else if (open_.empty() || is_in_guard())  // what is nested deeper is within
      ranges_.push_back({.first = first, .last = line});
  }

  LineRanges ranges_;
  std::vector<unsigned> open_;  // the lines of what is not closed yet
  unsigned guard_ = 0;          // the line of an #ifndef that nothing stands before
  unsigned guard_end_ = 0;
  bool is_guard_whole_ = true;
  bool has_content_ = false;
};

LineRanges unseen_of(const JudgedFile& file, const std::vector<Analysis>& analyses) {
  std::optional<LineRanges> unseen;
  for (const Analysis& analysis : analyses)
    for (const std::string& name : file.names) {
      if (!std::ranges::binary_search(analysis.inputs, name)) continue;
      const auto known = std::ranges::find(analysis.unseen, name, &FileLines::file);
      if (known == analysis.unseen.end()) return {};
      unseen = unseen ? both(*unseen, known->lines) : known->lines;
    }
  return unseen ? *unseen : conditional_lines(file.text);
}

}  // namespace

std::vector<JudgedFile> judge(const Texts& texts, const std::vector<Analysis>& analyses) {
  std::map<std::string, JudgedFile> by_real_path;
  for (const auto& [name, text] : texts) {
    llvm::SmallString<256> real;
    if (llvm::sys::fs::real_path(name, real)) real = name;
    JudgedFile& file = by_real_path[std::string(real)];
    file.names.push_back(name);
    file.text = text;
  }
  std::vector<JudgedFile> judged;
  for (auto& [real, file] : by_real_path) {
    file.unseen = unseen_of(file, analyses);
    judged.push_back(std::move(file));
  }
  return judged;
}

LineRanges conditional_lines(std::string_view text) {
  const std::string code = code_of(text);
  Conditions conditions;
  unsigned line = 0;
  for (llvm::StringRef rest(code), content; !rest.empty();) {
    std::tie(content, rest) = rest.split('\n');
    ++line;
    if (content = content.trim(); !content.empty()) conditions.read(content, line);
  }
  return conditions.finish(line + 1);
}

}  // namespace ferry::rewriter
