#include "report/diff.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "model/scope.hpp"
#include "support/line_diff.hpp"

namespace ferry::rewriter {
namespace {

constexpr std::size_t kContext = 3;

using llvm::raw_ostream;

void print_line(raw_ostream& out, char kind, std::string_view line) {
  const bool has_end = line.ends_with('\n');
  if (has_end) line.remove_suffix(1);
  if (kind != ' ') out.changeColor(kind == '-' ? raw_ostream::RED : raw_ostream::GREEN);
  out << kind << line;
  if (kind != ' ') out.resetColor();
  out << (has_end ? "\n" : "\n\\ No newline at end of file\n");
}

// "begin,count" as a hunk's header has it: 1-based, the line before for an empty range.
void print_range(raw_ostream& out, std::size_t begin, std::size_t end) {
  out << (begin == end ? begin : begin + 1);
  if (end - begin != 1) out << ',' << end - begin;
}

void print_hunk(raw_ostream& out, const std::vector<LineChange>& changes, std::size_t first, std::size_t last,
                const std::vector<std::string_view>& old_lines,
                const std::vector<std::string_view>& new_lines) {
  const std::size_t before = std::min(kContext, changes[first].old_begin);
  const std::size_t after = std::min(kContext, old_lines.size() - changes[last].old_end);
  out.changeColor(raw_ostream::CYAN);
  out << "@@ -";
  print_range(out, changes[first].old_begin - before, changes[last].old_end + after);
  out << " +";
  print_range(out, changes[first].new_begin - before, changes[last].new_end + after);
  out << " @@";
  out.resetColor();
  out << '\n';
  std::size_t at = changes[first].old_begin - before;
  for (std::size_t i = first; i <= last; ++i) {
    for (; at < changes[i].old_begin; ++at) print_line(out, ' ', old_lines[at]);
    for (; at < changes[i].old_end; ++at) print_line(out, '-', old_lines[at]);
    for (std::size_t line = changes[i].new_begin; line < changes[i].new_end; ++line)
      print_line(out, '+', new_lines[line]);
  }
  for (; at < changes[last].old_end + after; ++at) print_line(out, ' ', old_lines[at]);
}

void print_file(raw_ostream& out, const std::string& name, std::string_view before, std::string_view after) {
  const auto old_lines = split_lines(before);
  const auto new_lines = split_lines(after);
  const std::vector<LineChange> changes = line_diff(old_lines, new_lines);
  if (changes.empty()) return;
  // A tab ends a name that has spaces in it.
  const std::string_view end = name.find(' ') == std::string::npos ? "\n" : "\t\n";
  out.changeColor(raw_ostream::SAVEDCOLOR, /*Bold=*/true);
  out << "--- a/" << name << end << "+++ b/" << name << end;
  out.resetColor();
  for (std::size_t first = 0; first < changes.size();) {
    std::size_t last = first;
    while (last + 1 < changes.size() && changes[last + 1].old_begin - changes[last].old_end <= 2 * kContext)
      ++last;
    print_hunk(out, changes, first, last, old_lines, new_lines);
    first = last + 1;
  }
}

}  // namespace

void print_diff(llvm::raw_ostream& out, const Texts& before, const Texts& after, const std::string& root) {
  for (const auto& [path, text] : after) print_file(out, relative_to(path, root), before.at(path), text);
}

}  // namespace ferry::rewriter
