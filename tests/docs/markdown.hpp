// The fenced blocks of a page, and the tags that say how each is kept true.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ferry::test {

/// `<!-- kind: argument -->` on the line before a block; blank lines may lie between.
///
///     snippet: PATH#NAME   the block is what stands in PATH between lines `// [NAME]`, `#`, `--` or `;;`
///     run: FOLDER          console: the commands are run in a copy of FOLDER and print what is shown;
///     run: FOLDER exits N  one of them, at least, ends with the status N, all others with 0
///     dev                  console: `./dev COMMAND`, each a command that ./dev has
///     figure               a diagram: the file names in it exist
struct Tag {
  std::string kind;
  std::string argument;
};

struct Block {
  std::string page;
  unsigned line = 0;  ///< of the opening fence, 1-based
  std::string language;
  std::string text;
  std::optional<Tag> tag;

  /// `page:line`, for messages.
  std::string place() const { return page + ":" + std::to_string(line); }
};

std::vector<Block> blocks_of(const std::string& page, std::string_view text);

/// What stands between two lines that are only the mark `// [name]`, or another comment, with the indentation
/// that all its lines share taken off. Empty when there are not two such lines.
std::optional<std::string> snippet(std::string_view text, std::string_view name);

/// The page's prose: without blocks and comments, line numbers kept.
std::string prose_of(std::string_view text);

/// What stands between backticks in prose.
std::vector<std::string> code_spans(std::string_view prose);

}  // namespace ferry::test
