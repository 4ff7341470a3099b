#include "markdown.hpp"

#include <algorithm>
#include <array>
#include <regex>

#include "files.hpp"

namespace ferry::test {
namespace {

std::string_view trimmed(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(" \t");
  if (begin == line.npos) return {};
  return line.substr(begin, line.find_last_not_of(" \t") - begin + 1);
}

// Length and info string of an opening fence.
struct Fence {
  std::size_t length = 0;
  std::string language;
};

std::optional<Fence> opening_fence(std::string_view line) {
  const std::string_view text = trimmed(line);
  const std::size_t length = std::min(text.find_first_not_of('`'), text.size());
  if (length < 3 || text.find('`', length) != text.npos) return std::nullopt;
  return Fence{length, std::string(trimmed(text.substr(length)))};
}

bool closes(std::string_view line, const Fence& fence) {
  const std::string_view text = trimmed(line);
  return text.size() >= fence.length && text.find_first_not_of('`') == text.npos;
}

std::optional<Tag> tag_of(const std::string& line) {
  static const std::regex pattern("<!-- ([a-z]+)(?:: (.*))? -->");
  std::smatch match;
  if (!std::regex_match(line, match, pattern)) return std::nullopt;
  return Tag{match[1], match[2]};
}

}  // namespace

std::vector<Block> blocks_of(const std::string& page, std::string_view text) {
  std::vector<Block> blocks;
  std::optional<Fence> open;
  std::string last;  // the last line that says something
  unsigned number = 0;
  for (const std::string& line : lines_of(text)) {
    ++number;
    if (open && closes(line, *open)) {
      open.reset();
      last.clear();
    } else if (open) {
      blocks.back().text += line + "\n";
    } else if ((open = opening_fence(line))) {
      blocks.push_back(
          {.page = page, .line = number, .language = open->language, .text = {}, .tag = tag_of(last)});
    } else if (!trimmed(line).empty()) {
      last = trimmed(line);
    }
  }
  return blocks;
}

std::optional<std::string> snippet(std::string_view text, std::string_view name) {
  const std::string mark = "[" + std::string(name) + "]";
  std::vector<std::string> inside;
  unsigned marks = 0;
  for (const std::string& line : lines_of(text)) {
    const std::string_view said = trimmed(line);
    constexpr std::array<std::string_view, 4> kComments = {"//", "#", "--", ";;"};
    if (std::ranges::any_of(kComments,
                            [&](auto comment) { return said == std::string(comment) + " " + mark; }))
      ++marks;
    else if (marks == 1)
      inside.push_back(line);
  }
  if (marks != 2) return std::nullopt;

  std::size_t indentation = std::string::npos;
  for (const std::string& line : inside)
    indentation = std::min(indentation, line.find_first_not_of(' '));  // npos in a blank line
  std::string result;
  for (const std::string& line : inside) result += line.substr(std::min(indentation, line.size())) + "\n";
  return result;
}

std::string prose_of(std::string_view text) {
  std::string prose;
  std::optional<Fence> open;
  for (const std::string& line : lines_of(text)) {
    if (open) {
      if (closes(line, *open)) open.reset();
    } else if (!(open = opening_fence(line)) && !trimmed(line).starts_with("<!--")) {
      prose += line;
    }
    prose += "\n";
  }
  return prose;
}

std::vector<std::string> code_spans(std::string_view prose) {
  std::vector<std::string> spans;
  for (std::size_t begin = prose.find('`'); begin != prose.npos; begin = prose.find('`', begin)) {
    const std::size_t end = prose.find('`', ++begin);
    if (end == prose.npos) break;
    spans.emplace_back(prose.substr(begin, end - begin));
    begin = end + 1;
  }
  return spans;
}

}  // namespace ferry::test
