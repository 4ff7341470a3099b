#include "rules/add_include.hpp"

#include "rules/moved.hpp"

namespace ferry::rewriter {

void add_include(Unit& unit, clang::SourceLocation place, llvm::StringRef header, Change& change) {
  const clang::SourceLocation written = unit.sources.getFileLoc(place);
  const clang::FileID file = unit.sources.getFileID(written);
  const llvm::StringRef folder = header.take_front(header.find('/') + 1);
  const Include* before = nullptr;  // the first one that sorts behind `header`
  const Include* after = nullptr;   // the last one of the folder, or of the file
  bool is_of_folder = false;
  bool has_library = false;
  for (const Include& include : unit.preprocessed.includes) {
    const std::string name = new_header(unit, include.spelled);
    const bool matches = llvm::StringRef(name).starts_with(folder);
    has_library = has_library || matches;
    // What another branch of #if includes may not be there.
    if (unit.sources.getFileID(include.hash) != file || !holds_at(include, written, unit.sources)) continue;
    if (name == header) return;
    if (matches && before == nullptr && llvm::StringRef(name) > header) before = &include;
    if (matches || !is_of_folder) after = &include;
    is_of_folder = is_of_folder || matches;
  }
  const std::string line = "#include <" + header.str() + ">\n";
  if (before != nullptr) return change.replace_characters(before->hash, before->hash, line);
  if (!has_library || after == nullptr) return;  // the names come from elsewhere than the library's headers
  const unsigned next_line = unit.sources.getSpellingLineNumber(after->hash) + 1;
  const clang::SourceLocation below = unit.sources.translateLineCol(file, next_line, 1);
  change.replace_characters(below, below, line);
}

}  // namespace ferry::rewriter
