#include "report/snippet.hpp"

#include <algorithm>
#include <string_view>
#include <tuple>
#include <vector>

#include <llvm/ADT/StringRef.h>
#include <llvm/Support/FormatVariadic.h>

#include "model/compose.hpp"
#include "model/scope.hpp"
#include "report/printable.hpp"
#include "support/line_diff.hpp"

namespace ferry::rewriter {
namespace {

using llvm::raw_ostream;

constexpr std::size_t kMaxWidth = 110;
constexpr std::size_t kBeforeCaret = 40;  // how much of a long line is kept before what it is about
constexpr std::size_t kMaxLines = 12;     // of a fix
constexpr std::string_view kCut = "...";

// The part of a line that is shown.
struct Window {
  std::size_t begin = 0;
  std::size_t end = 0;
};

Window window_of(const Layout& layout, std::size_t caret) {
  if (layout.width() <= kMaxWidth) return {.begin = 0, .end = layout.width()};
  const std::size_t latest = layout.width() - kMaxWidth;
  const std::size_t begin = std::min(caret < kBeforeCaret ? 0 : caret - kBeforeCaret, latest);
  return {.begin = begin, .end = begin + kMaxWidth};
}

std::string cut_to(const Layout& layout, const Window& window) {
  std::string shown = layout.columns(window.begin, window.end);
  if (window.begin > 0) shown = std::string(kCut) + shown;
  if (window.end < layout.width()) shown += kCut;
  return shown;
}

std::string_view without_end(std::string_view line) {
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::string_view line_at(std::string_view text, std::size_t offset) {
  offset = std::min(offset, text.size());
  const std::size_t begin = offset == 0 ? 0 : text.rfind('\n', offset - 1) + 1;  // npos + 1 is the first line
  return without_end(text.substr(begin, text.find('\n', offset) - begin));
}

// Neighbouring lines of one file that edits change.
struct Hunk {
  std::string_view file;
  std::size_t begin = 0;  // the offset of the first one
  unsigned line = 0;      // its number, before the change
  std::vector<std::string_view> old_lines;
  std::string new_text;
  std::vector<std::string_view> new_lines;
};

void drop_common_lines(Hunk& hunk) {
  std::vector<std::string_view>& old_lines = hunk.old_lines;
  std::vector<std::string_view>& new_lines = hunk.new_lines;
  while (!old_lines.empty() && !new_lines.empty() && old_lines.back() == new_lines.back()) {
    old_lines.pop_back();
    new_lines.pop_back();
  }
  const auto [old_end, new_end] = std::ranges::mismatch(old_lines, new_lines);
  hunk.line += static_cast<unsigned>(old_end - old_lines.begin());
  old_lines.erase(old_lines.begin(), old_end);
  new_lines.erase(new_lines.begin(), new_end);
}

// The hunk that begins with edits[first]; `first` then is that of the next one.
Hunk hunk_of(const std::vector<const Edit*>& edits, std::size_t& first, std::string_view text) {
  const auto end_of_line = [&](std::size_t offset) {
    return std::min(text.find('\n', offset), text.size() - 1) + 1;
  };
  const std::size_t begin = edits[first]->offset == 0 ? 0 : text.rfind('\n', edits[first]->offset - 1) + 1;
  Hunk hunk{.file = edits[first]->file};
  std::size_t end = begin;
  std::size_t copied = begin;
  for (; first < edits.size() && edits[first]->file == hunk.file; ++first) {
    const Edit& edit = *edits[first];
    if (end != begin && edit.offset >= end) break;
    hunk.new_text += text.substr(copied, edit.offset - std::min(copied, edit.offset));
    hunk.new_text += edit.replacement;
    copied = std::max(copied, edit.offset + edit.length);
    end = std::max(end, end_of_line(copied));
  }
  hunk.new_text += text.substr(copied, end - copied);
  hunk.begin = begin;
  hunk.old_lines = split_lines(text.substr(begin, end - begin));
  return hunk;
}

class Snippet {
 public:
  Snippet(raw_ostream& out, const Finding& finding, const Texts& texts, const std::string& directory)
      : out_(out), finding_(finding), texts_(texts), directory_(directory) {}

  void print(bool with_fix) {
    const auto text = texts_.find(finding_.file);
    if (text == texts_.end() || finding_.line == 0) return;
    if (with_fix) find_hunks();
    unsigned last_line = finding_.line;
    for (const Hunk& hunk : hunks_)
      last_line = std::max(last_line, hunk.line + static_cast<unsigned>(hunk.new_lines.size()));
    gutter_ = std::max<std::size_t>(std::to_string(last_line).size(), 4);
    print_source(line_at(text->second, finding_.offset));
    for (const Hunk& hunk : hunks_) print_hunk(hunk);
    if (is_cut_) out_ << std::string(gutter_ + 1, ' ') << "...\n";
  }

 private:
  void find_hunks() {
    std::vector<const Edit*> edits;
    for (const Edit& edit : finding_.edits)
      if (const auto text = texts_.find(edit.file);
          text != texts_.end() && edit.offset + edit.length <= text->second.size())
        edits.push_back(&edit);
    const auto order = [&](const Edit* edit) {
      return std::tuple(edit->file != finding_.file, std::string_view(edit->file), edit->offset, edit);
    };
    std::ranges::sort(edits, {}, order);
    for (std::size_t first = 0; first < edits.size();)
      hunks_.push_back(hunk_of(edits, first, texts_.at(edits[first]->file)));
    // Only now do the texts that the lines are of stay where they are.
    for (Hunk& hunk : hunks_) {
      hunk.line = line_of(hunk);
      hunk.new_lines = split_lines(hunk.new_text);
      drop_common_lines(hunk);
    }
  }

  // Counted from the finding where that is near.
  unsigned line_of(const Hunk& hunk) const {
    const std::string_view text = texts_.find(finding_.file)->second;
    if (hunk.file != finding_.file)
      return position_of(texts_.find(std::string(hunk.file))->second, hunk.begin).line;
    const auto [first, last] = std::minmax(hunk.begin, std::min(finding_.offset, text.size()));
    const auto between = static_cast<unsigned>(std::ranges::count(text.substr(first, last - first), '\n'));
    return hunk.begin < finding_.offset ? finding_.line - between : finding_.line + between;
  }

  void print_source(std::string_view line) {
    const Layout layout(line);
    const std::size_t begin = layout.column_of(finding_.column - 1);
    const bool ends_here = finding_.end_line == finding_.line && finding_.end_column > finding_.column;
    const std::size_t end = ends_here                           ? layout.column_of(finding_.end_column - 1)
                            : finding_.end_line > finding_.line ? layout.width()
                                                                : begin + 1;
    const Window window = window_of(layout, begin);
    print_line(finding_.line, '|', cut_to(layout, window), raw_ostream::SAVEDCOLOR);
    const std::size_t indent = (window.begin > 0 ? kCut.size() : 0) + begin - window.begin;
    const std::size_t length = std::max<std::size_t>(std::min(end, window.end), begin + 1) - begin;
    out_ << std::string(gutter_, ' ') << " | " << std::string(indent, ' ');
    out_.changeColor(raw_ostream::GREEN, /*Bold=*/true);
    out_ << '^' << std::string(length - 1, '~');
    out_.resetColor();
    out_ << '\n';
  }

  void print_hunk(const Hunk& hunk) {
    const bool is_own = hunk.file == finding_.file;
    if (!is_own && hunk.file != named_) {
      out_ << std::string(gutter_, ' ') << "--> " << printable(relative_to(hunk.file, directory_)) << '\n';
      named_ = hunk.file;
    }
    const bool is_shown =
        is_own && hunk.line == finding_.line && hunk.old_lines.size() == 1 && !hunk.new_lines.empty();
    if (!is_shown) print_lines(hunk.line, '-', hunk.old_lines, hunk.new_lines);
    print_lines(hunk.line, '+', hunk.new_lines, hunk.old_lines);
  }

  void print_lines(unsigned number, char kind, const std::vector<std::string_view>& lines,
                   const std::vector<std::string_view>& others) {
    for (std::size_t i = 0; i < lines.size(); ++i, --lines_left_) {
      is_cut_ = is_cut_ || lines_left_ == 0;
      if (is_cut_) return;
      const std::string_view line = without_end(lines[i]);
      std::size_t differs = 0;
      if (i < others.size())
        differs =
            static_cast<std::size_t>(std::ranges::mismatch(line, without_end(others[i])).in1 - line.begin());
      const Layout layout(line);
      print_line(number + static_cast<unsigned>(i), kind,
                 cut_to(layout, window_of(layout, layout.column_of(differs))),
                 kind == '-' ? raw_ostream::RED : raw_ostream::GREEN);
    }
  }

  void print_line(unsigned number, char kind, std::string_view line, raw_ostream::Colors color) {
    const std::string shown = std::to_string(number);
    out_ << std::string(gutter_ - std::min(gutter_, shown.size()), ' ') << shown << ' ';
    if (color != raw_ostream::SAVEDCOLOR) out_.changeColor(color);
    out_ << kind;
    if (!line.empty()) out_ << ' ' << line;
    if (color != raw_ostream::SAVEDCOLOR) out_.resetColor();
    out_ << '\n';
  }

  raw_ostream& out_;
  const Finding& finding_;
  const Texts& texts_;
  const std::string& directory_;
  std::vector<Hunk> hunks_;
  std::string_view named_;
  std::size_t gutter_ = 4;
  std::size_t lines_left_ = kMaxLines;
  bool is_cut_ = false;
};

}  // namespace

void print_snippet(raw_ostream& out, const Finding& finding, const Texts& texts, bool with_fix,
                   const std::string& directory) {
  Snippet(out, finding, texts, directory).print(with_fix);
}

}  // namespace ferry::rewriter
