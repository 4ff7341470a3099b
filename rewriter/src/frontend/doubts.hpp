// Doubts: whether a unit that was parsed behind a prefix may have become another one than by itself.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <vector>

#include <clang/Basic/FileEntry.h>
#include <clang/Basic/SourceLocation.h>
#include <llvm/ADT/DenseMap.h>
#include <llvm/ADT/DenseSet.h>
#include <llvm/Support/FileSystem/UniqueID.h>

namespace clang {
class ASTContext;
class IdentifierInfo;
class PPCallbacks;
class Preprocessor;
}  // namespace clang

namespace ferry::rewriter {

/// By itself a unit reads a header where it includes it; behind a prefix all of them are read before. That is
/// the same unless the unit's text before that place has to do with the header: defines a macro whose name
/// occurs in it, or uses a macro or a declaration of it. Watches for that, and for headers that the unit does
/// not include after all.
class Doubts {
 public:
  explicit Doubts(clang::Preprocessor& preprocessor) : preprocessor_(preprocessor) {}

  /// What has to be told of everything that is preprocessed, from the prefix's first token on.
  std::unique_ptr<clang::PPCallbacks> watcher();
  /// The prefix has been read up to here; it may grow yet.
  void end_prefix();
  /// The unit's own text begins.
  void begin_unit();

  /// Looks at what the names in the unit's own text mean.
  void check_names(clang::ASTContext& context);

  /// Whether the unit has to be parsed by itself.
  bool any() const { return is_doubtful_ || unreached_ != 0; }

 private:
  class Watcher;
  class Names;
  struct File {
    clang::FileEntryRef entry;
    std::vector<std::size_t> includes{};
    bool is_guarded = false;          // known at the prefix's end
    clang::SourceLocation reached{};  // the directive by which the unit includes it; invalid: not yet
  };

  std::size_t number_of(clang::FileEntryRef entry);
  bool is_read_later(const clang::IdentifierInfo* macro) const;
  void reach(llvm::sys::fs::UniqueID id, clang::SourceLocation directive);
  bool is_in_prefix(clang::SourceLocation location) const;  // of a file
  // The file of the prefix that the location is in.
  const File* file_of(clang::SourceLocation location);

  clang::Preprocessor& preprocessor_;
  std::map<llvm::sys::fs::UniqueID, std::size_t> numbers_;
  std::vector<File> files_;
  llvm::DenseMap<clang::FileID, const File*> known_files_;
  llvm::DenseSet<const clang::IdentifierInfo*> names_;                           // that occur in the prefix
  llvm::DenseMap<const clang::IdentifierInfo*, std::set<std::size_t>> readers_;  // of macros, in the prefix
  std::vector<llvm::sys::fs::UniqueID> given_;  // by the command line, before anything else
  std::size_t unreached_ = 0;
  clang::SourceLocation::UIntTy unit_begin_ = 0;
  clang::SourceLocation last_reached_;
  bool is_in_unit_ = false;
  bool is_doubtful_ = false;
};

}  // namespace ferry::rewriter
