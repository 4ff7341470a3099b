// The Clang front end over one job: what analyse and verify share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <llvm/ADT/IntrusiveRefCntPtr.h>
#include <llvm/Support/VirtualFileSystem.h>

#include "model/finding.hpp"
#include "model/job.hpp"
#include "model/scope.hpp"
#include "model/texts.hpp"

namespace clang {
class FileEntryRef;
class FileID;
class FrontendAction;
class SourceManager;
}  // namespace clang

namespace ferry::rewriter {

/// How a compilation ended.
struct Compiled {
  bool ok = false;
  Problems problems;  ///< the compiler's errors, in its order; at least one unless `ok`
};

/// A command as Clang reads it: for the compiler's target and mode, up to the syntax only.
std::vector<std::string> for_clang(std::vector<std::string> command);

/// Compiles the job's translation unit as far as `action` goes, in memory: nothing is written, whatever the
/// command says, and warnings are off. The texts of `overlay` take the place of the files they name, by
/// whichever path the compiler reaches them.
///
/// Thread safety: may run for several jobs at once; the process's working directory is neither used nor
/// changed.
Compiled run_frontend(const Job& job, clang::FrontendAction& action, const Texts& overlay);
/// The same with `text` in the place of the job's own file.
Compiled run_frontend(const Job& job, std::string_view text, clang::FrontendAction& action,
                      const Texts& overlay);
/// The same in a file system whose working directory is the job's.
Compiled run_frontend(const Job& job, clang::FrontendAction& action,
                      llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> file_system);

/// The absolute, normalised path of a file, as findings and edits name it; empty for a buffer that is no
/// file.
std::string path_of(const clang::SourceManager& sources, clang::FileID file);
std::string path_of(const clang::SourceManager& sources, clang::FileEntryRef entry);

/// Fills `inputs` and `texts` of an analysis whose findings are complete. To be called while the source
/// manager lives, at the end of HandleTranslationUnit or in EndSourceFileAction.
void record_inputs(const clang::SourceManager& sources, const Scope& scope, Analysis& analysis);

}  // namespace ferry::rewriter
