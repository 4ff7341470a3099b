#include "rules/inlined_headers.hpp"

#include <algorithm>
#include <array>

#include <clang/Basic/FileManager.h>
#include <clang/Lex/HeaderSearch.h>
#include <clang/Lex/Preprocessor.h>
#include <clang/Tooling/Inclusions/StandardLibrary.h>
#include <llvm/Support/Path.h>

#include "frontend/frontend.hpp"
#include "rules/add_include.hpp"
#include "rules/moved.hpp"
#include "support/names.hpp"

namespace ferry::rewriter {
namespace {

// Folders of headers that are not for users.
constexpr std::array<llvm::StringLiteral, 5> kInternal = {"detail", "details", "internal", "impl", "bits"};

bool is_internal(llvm::StringRef path) {
  return std::any_of(llvm::sys::path::begin(path), llvm::sys::path::end(path), [](llvm::StringRef folder) {
    return std::ranges::find(kInternal, folder) != kInternal.end();
  });
}

// Unless the file includes one of the headers that have it.
void add_standard(Unit& unit, clang::SourceLocation place, const clang::tooling::stdlib::Symbol& symbol,
                  Change& change) {
  const clang::FileID file = unit.sources.getFileID(unit.sources.getFileLoc(place));
  const auto headers = symbol.headers();
  const auto is_included = [&](const clang::tooling::stdlib::Header& header) {
    return std::ranges::any_of(unit.preprocessed.includes, [&](const Include& include) {
      return unit.sources.getFileID(include.hash) == file && "<" + include.spelled + ">" == header.name();
    });
  };
  if (headers.empty() || std::ranges::any_of(headers, is_included)) return;
  add_include(unit, place, headers.front().name().drop_front().drop_back(), {}, change);
}

class Headers {
 public:
  Headers(Unit& unit, const Use& use, Change& change)
      : unit_(unit),
        change_(change),
        file_(unit.sources.getFileID(unit.sources.getFileLoc(use.name))),
        old_(file_of(use.is_brought ? *use.through : *pattern_of(use.target))) {}

  void add(const std::vector<const clang::NamedDecl*>& named) {
    const Include* old = include_of(unit_.sources.getFileEntryForID(old_));
    if (old == nullptr || new_header(unit_, old->spelled) != old->spelled) return;
    for (const clang::NamedDecl* declaration : named)
      if (unit_.annotations.of(declaration).empty()) add(*declaration, *old);
  }

 private:
  clang::FileID file_of(const clang::NamedDecl& declaration) const {
    return unit_.sources.getFileID(unit_.sources.getExpansionLoc(declaration.getLocation()));
  }

  // By which the file of the use includes `header` itself.
  const Include* include_of(const clang::FileEntry* header) const {
    const auto found = std::ranges::find_if(unit_.preprocessed.includes, [&](const Include& include) {
      return header != nullptr && include.file == header && unit_.sources.getFileID(include.hash) == file_;
    });
    return found == unit_.preprocessed.includes.end() ? nullptr : &*found;
  }

  void add(const clang::NamedDecl& declaration, const Include& old) {
    const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(&declaration);
    // Who has the object has its class.
    if (llvm::isa<clang::FieldDecl>(declaration) || (method && method->isInstance())) return;
    const clang::Decl* place = &declaration;
    if (const auto* record = llvm::dyn_cast<clang::CXXRecordDecl>(&declaration);
        record && record->hasDefinition())
      place = record->getDefinition();
    if (const auto symbol = clang::tooling::stdlib::Recognizer()(place))
      return add_standard(unit_, old.hash, *symbol, change_);
    clang::FileID header = unit_.sources.getFileID(unit_.sources.getExpansionLoc(place->getLocation()));
    // The public header that brought an internal one.
    while (header.isValid() && header != old_ && is_internal(path_of(unit_.sources, header)))
      header = includer_of(header);
    if (!is_brought_by_old(header)) return;
    const auto entry = unit_.sources.getFileEntryRefForID(header);
    if (!entry || include_of(&entry->getFileEntry()) != nullptr) return;
    if (const std::string name = name_of(*entry); !name.empty()) add_include(unit_, old, name, change_);
  }

  // As an include finds it: below the longest of the folders where headers are looked for.
  std::string name_of(clang::FileEntryRef header) const {
    clang::FileManager& files = unit_.sources.getFileManager();
    const llvm::StringRef path = files.getCanonicalName(header);
    std::size_t longest = 0;
    for (const clang::DirectoryLookup& lookup : unit_.preprocessor.getHeaderSearchInfo().search_dir_range()) {
      if (!lookup.isNormalDir()) continue;
      const llvm::StringRef folder = files.getCanonicalName(*lookup.getDirRef());
      if (path.size() > folder.size() + 1 && path.starts_with(folder) && path[folder.size()] == '/')
        longest = std::max(longest, folder.size() + 1);
    }
    return longest == 0 ? std::string() : path.substr(longest).str();
  }

  clang::FileID includer_of(clang::FileID file) const {
    return unit_.sources.getFileID(unit_.sources.getExpansionLoc(unit_.sources.getIncludeLoc(file)));
  }

  bool is_brought_by_old(clang::FileID header) const {
    if (header.isInvalid() || header == old_ || header == file_) return false;
    while (header.isValid() && header != old_ && header != file_) header = includer_of(header);
    return header.isValid() && header == old_;
  }

  Unit& unit_;
  Change& change_;
  clang::FileID file_;
  clang::FileID old_;  // of the old declaration
};

}  // namespace

void add_headers_of(Unit& unit, const Use& use, const std::vector<const clang::NamedDecl*>& named,
                    Change& change) {
  Headers(unit, use, change).add(named);
}

void add_standard_headers_of(Unit& unit, clang::SourceLocation place, llvm::StringRef code, Change& change) {
  constexpr llvm::StringLiteral kStandard = "std::";
  for (std::size_t at = code.find(kStandard); at != llvm::StringRef::npos;
       at = code.find(kStandard, at + 1)) {
    const llvm::StringRef name = code.substr(at + kStandard.size()).take_while(is_name_character);
    const bool is_whole = at == 0 || (!is_name_character(code[at - 1]) && code[at - 1] != ':');
    const bool is_called = code.substr(at + kStandard.size() + name.size()).starts_with("(");
    if (!is_whole || !is_called) continue;
    if (const auto symbol = clang::tooling::stdlib::Symbol::named(kStandard, name))
      add_standard(unit, place, *symbol, change);
  }
}

}  // namespace ferry::rewriter
