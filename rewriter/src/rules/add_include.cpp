#include "rules/add_include.hpp"

#include <algorithm>
#include <set>

#include <llvm/ADT/StringExtras.h>

#include "rules/moved.hpp"

namespace ferry::rewriter {
namespace {

class Adding {
 public:
  Adding(Unit& unit, clang::SourceLocation place, llvm::StringRef header,
         const std::vector<std::string>& umbrellas, const Include* neighbour = nullptr)
      : unit_(unit),
        place_(unit.sources.getFileLoc(place)),
        file_(unit.sources.getFileID(place_)),
        header_(header),
        umbrellas_(umbrellas),
        neighbour_(neighbour) {}

  void run(Change& change) {
    if (has_it(unit_.sources.getFileEntryForID(file_)) || has_includer_it()) return;
    const Include* before = nullptr;  // the first one that sorts behind the header
    const Include* after = nullptr;   // the last one of the folder, or of the file
    bool is_of_folder = false;
    bool has_library = neighbour_ != nullptr;
    bool is_angled = neighbour_ == nullptr || neighbour_->is_angled;  // as the file writes the library's
    for (const Include& include : unit_.preprocessed.includes) {
      const std::string name = name_after(include);
      const bool matches = is_beside(include, name);
      has_library = has_library || matches;
      if (!is_there(include)) continue;
      if (matches) {
        is_angled = include.is_angled;
        if (is_of_folder && sets_macros(after->hash, include.hash)) before = nullptr;
      }
      if (matches && before == nullptr && llvm::StringRef(name) > header_) before = &include;
      if (matches || !is_of_folder) after = &include;
      is_of_folder = is_of_folder || matches;
    }
    const std::string line =
        std::string("#include ") + (is_angled ? "<" : "\"") + header_.str() + (is_angled ? ">" : "\"") + "\n";
    if (before != nullptr) return change.replace_characters(before->hash, before->hash, line);
    // The names may come from elsewhere than the library's headers.
    if ((!has_library && header_.contains('/')) || after == nullptr) return;
    if (neighbour_ != nullptr && !is_of_folder) after = neighbour_;
    const unsigned next_line = unit_.sources.getSpellingLineNumber(after->hash) + 1;
    const clang::SourceLocation below = unit_.sources.translateLineCol(file_, next_line, 1);
    change.replace_characters(below, below, line);
  }

 private:
  // What the include says once the rules for headers have seen to it.
  std::string name_after(const Include& include) const {
    if (unit_.packs != nullptr && unit_.is_project(include.hash))
      for (const Pack& pack : unit_.packs->packs)
        for (const PackChange& change : pack.changes)
          if (change.of == PackChange::Of::Header && change.name == include.spelled &&
              change.annotation.applicability != Applicability::Manual && !change.annotation.text.empty())
            return change.annotation.text;
    return new_header(unit_, include.spelled);
  }

  // What another branch of #if includes may not be there.
  bool is_there(const Include& include) const {
    return unit_.sources.getFileID(include.hash) == file_ && holds_at(include, place_, unit_.sources);
  }

  // Whether macros are defined between two includes of the file: the headers below may be meant to see them,
  // so that none of the library must come before.
  bool sets_macros(clang::SourceLocation begin, clang::SourceLocation end) const {
    const llvm::StringRef text = unit_.sources.getBufferData(file_).slice(unit_.sources.getFileOffset(begin),
                                                                          unit_.sources.getFileOffset(end));
    return llvm::any_of(llvm::split(text, '\n'), [](llvm::StringRef line) {
      line = line.ltrim();
      if (!line.consume_front("#")) return false;
      line = line.ltrim();
      return line.starts_with("define") || line.starts_with("undef");
    });
  }

  bool is_beside(const Include& include, llvm::StringRef name) const {
    const llvm::StringRef folder = header_.take_front(header_.find('/') + 1);
    const bool is_angled = neighbour_ == nullptr || neighbour_->is_angled;
    if (folder.empty()) return include.is_angled == is_angled && !name.contains('/');
    return name.starts_with(folder);
  }

  // Whether the file includes it, or one of the project does that the file includes: what else headers of a
  // library include is their own business.
  bool has_it(const clang::FileEntry* file) {
    if (file == nullptr || !seen_.insert(file).second) return false;
    const bool is_own = file == unit_.sources.getFileEntryForID(file_);
    return std::ranges::any_of(unit_.preprocessed.includes, [&](const Include& include) {
      if (unit_.sources.getFileEntryForID(unit_.sources.getFileID(include.hash)) != file) return false;
      if (is_own ? !is_there(include) : !unit_.is_project(include.hash)) return false;
      const std::string name = name_after(include);
      return name == header_ || std::ranges::find(umbrellas_, name) != umbrellas_.end() ||
             has_it(include.file);
    });
  }

  // A part of a header, which is included where that ends, has what the header has.
  bool has_includer_it() {
    const clang::FileEntry* own = unit_.sources.getFileEntryForID(file_);
    const llvm::StringRef name = own ? own->tryGetRealPathName() : llvm::StringRef();
    if (!name.ends_with(".inl") && !name.ends_with(".ipp") && !name.ends_with(".tcc")) return false;
    return std::ranges::any_of(unit_.preprocessed.includes, [&](const Include& include) {
      return include.file == own && unit_.is_project(include.hash) &&
             has_it(unit_.sources.getFileEntryForID(unit_.sources.getFileID(include.hash)));
    });
  }

  Unit& unit_;
  clang::SourceLocation place_;
  clang::FileID file_;
  llvm::StringRef header_;
  const std::vector<std::string>& umbrellas_;
  const Include* neighbour_;
  std::set<const clang::FileEntry*> seen_;
};

}  // namespace

void add_include(Unit& unit, clang::SourceLocation place, llvm::StringRef header,
                 const std::vector<std::string>& umbrellas, Change& change) {
  Adding(unit, place, header, umbrellas).run(change);
}

void add_include(Unit& unit, const Include& neighbour, llvm::StringRef header, Change& change) {
  Adding(unit, neighbour.hash, header, {}, &neighbour).run(change);
}

}  // namespace ferry::rewriter
