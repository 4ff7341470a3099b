#include "rules/add_include.hpp"

#include "rules/moved.hpp"

namespace ferry::rewriter {

void add_include(Unit& unit, clang::SourceLocation place, llvm::StringRef header, Change& change) {
  const clang::FileID file = unit.sources.getFileID(unit.sources.getFileLoc(place));
  const llvm::StringRef folder = header.take_front(header.find('/') + 1);
  const Include* before = nullptr;  // the first one that sorts behind `header`
  const Include* after = nullptr;   // the last one of the folder, or of the file
  bool is_of_folder = false;
  for (const Include& include : unit.preprocessed.includes) {
    if (unit.sources.getFileID(include.hash) != file) continue;
    const std::string name = new_header(unit, include.spelled);
    if (name == header) return;
    const bool matches = llvm::StringRef(name).starts_with(folder);
    if (matches && before == nullptr && llvm::StringRef(name) > header) before = &include;
    if (matches || !is_of_folder) after = &include;
    is_of_folder = is_of_folder || matches;
  }
  const std::string line = "#include <" + header.str() + ">\n";
  if (before != nullptr) return change.replace_characters(before->hash, before->hash, line);
  if (after == nullptr) return;  // a file that includes nothing gets its names from those that include it
  const unsigned next_line = unit.sources.getSpellingLineNumber(after->hash) + 1;
  const clang::SourceLocation below = unit.sources.translateLineCol(file, next_line, 1);
  change.replace_characters(below, below, line);
}

}  // namespace ferry::rewriter
