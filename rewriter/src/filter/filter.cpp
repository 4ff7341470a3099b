#include "filter/filter.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <string_view>

#include <clang/Frontend/CompilerInstance.h>
#include <clang/Frontend/FrontendActions.h>
#include <clang/Lex/DependencyDirectivesScanner.h>
#include <clang/Lex/Preprocessor.h>
#include <clang/Lex/PreprocessorOptions.h>

#include "frontend/frontend.hpp"
#include "support/parallel.hpp"

namespace ferry::rewriter {
namespace {

namespace directives = clang::dependency_directives_scan;

// What an annotation looks like, by the macros of ferry/annotate.hpp or spelled out.
constexpr std::array<std::string_view, 5> kMarks = {"FERRY_REPLACE", "FERRY_INLINE", "FERRY_MOVED",
                                                    "FERRY_NATIVE", "\"ferry:"};

bool has_mark(std::string_view text) {
  return std::ranges::any_of(kMarks, [&](std::string_view mark) { return text.find(mark) != text.npos; });
}

// What is known of each file's text, whichever job reads it.
class Files {
 public:
  struct File {
    std::string text;  // directives point into it
    bool is_annotated = false;
    bool has_directives = false;
    llvm::SmallVector<directives::Token, 0> tokens;
    llvm::SmallVector<directives::Directive, 0> directives;
  };

  // The address stays good. Whoever asks first reads the file, outside the lock.
  const File* find(clang::FileManager& manager, clang::FileEntryRef entry) {
    const llvm::sys::fs::UniqueID id = entry.getUniqueID();
    {
      const std::lock_guard lock(mutex_);
      if (const auto known = files_.find(id); known != files_.end()) return known->second.get();
    }
    auto file = std::make_unique<File>();
    const auto buffer = manager.getBufferForFile(entry);
    if (!buffer) return nullptr;
    file->text = (*buffer)->getBuffer().str();
    file->is_annotated = has_mark(file->text);
    file->has_directives =
        !clang::scanSourceForDependencyDirectives(file->text, file->tokens, file->directives);
    const std::lock_guard lock(mutex_);
    return files_.emplace(id, std::move(file)).first->second.get();
  }

 private:
  std::mutex mutex_;
  std::map<llvm::sys::fs::UniqueID, std::unique_ptr<File>> files_;
};

class ScanAction : public clang::PreprocessOnlyAction {
 public:
  ScanAction(Files& files, const Scope& scope, Scan& scan) : files_(files), scope_(scope), scan_(scan) {}

  bool PrepareToExecuteAction(clang::CompilerInstance& compiler) override {
    clang::FileManager& manager = compiler.getFileManager();
    compiler.getPreprocessorOpts().DependencyDirectivesForFile =
        [this, &manager](clang::FileEntryRef entry) -> std::optional<llvm::ArrayRef<directives::Directive>> {
      const Files::File* file = files_.find(manager, entry);
      if (file == nullptr || !file->has_directives) return std::nullopt;
      return file->directives;
    };
    return PreprocessOnlyAction::PrepareToExecuteAction(compiler);
  }

  void EndSourceFileAction() override {
    const clang::SourceManager& sources = getCompilerInstance().getSourceManager();
    for (auto entry = sources.fileinfo_begin(); entry != sources.fileinfo_end(); ++entry) {
      const Files::File* file = files_.find(sources.getFileManager(), entry->first);
      std::string path = path_of(sources, entry->first);
      if (file == nullptr || file->is_annotated) scan_.annotated.push_back(path);
      if (is_below(path, scope_.root)) scan_.inputs.push_back(std::move(path));
    }
    std::ranges::sort(scan_.annotated);
    std::ranges::sort(scan_.inputs);
  }

 private:
  Files& files_;
  const Scope& scope_;
  Scan& scan_;
};

}  // namespace

bool may_have_findings(const Scan& scan) { return !scan.is_complete || !scan.annotated.empty(); }

std::vector<Scan> scan(const Jobs& jobs, const std::vector<std::size_t>& which, const Scope& scope,
                       unsigned threads) {
  Files files;
  std::vector<Scan> scans(which.size());
  parallel_for(which.size(), threads, [&](std::size_t i) {
    const Job& job = jobs[which[i]];
    const Texts no_overlay;
    survives([&] {
      ScanAction action(files, scope, scans[i]);
      scans[i].is_complete = run_frontend(job, action, no_overlay).ok;
    });
    // A macro given on the command line may be an annotation, too.
    if (std::ranges::any_of(job.arguments, has_mark)) scans[i].is_complete = false;
  });
  return scans;
}

}  // namespace ferry::rewriter
