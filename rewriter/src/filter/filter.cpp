#include "filter/filter.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>

#include <clang/Frontend/CompilerInstance.h>
#include <clang/Frontend/FrontendActions.h>
#include <clang/Lex/DependencyDirectivesScanner.h>
#include <clang/Lex/HeaderSearch.h>
#include <clang/Lex/PPCallbacks.h>
#include <clang/Lex/Preprocessor.h>
#include <clang/Lex/PreprocessorOptions.h>
#include <llvm/ADT/StringSet.h>
#include <llvm/Support/Error.h>
#include <llvm/Support/GlobPattern.h>

#include "frontend/frontend.hpp"
#include "model/marks.hpp"
#include "support/names.hpp"
#include "support/parallel.hpp"

namespace ferry::rewriter {
namespace {

namespace directives = clang::dependency_directives_scan;

// An annotation by the macros of ferry/annotate.hpp and of Abseil. Another macro is spelled out somewhere in
// what the unit reads.
constexpr std::array<std::string_view, 9> kMacros = {"FERRY_REPLACE",        "FERRY_INLINE",
                                                     "FERRY_MOVED",          "FERRY_NATIVE",
                                                     "FERRY_REVIEW",         "FERRY_CONCEPT",
                                                     "DEPRECATE_AND_INLINE", "REFACTOR_INLINE",
                                                     "ferry/compat/"};  // what a build file links for

}  // namespace

bool has_mark(std::string_view text) {
  const auto is_in_text = [&](std::string_view mark) { return text.find(mark) != text.npos; };
  return std::ranges::any_of(kWrittenMarks, is_in_text) || std::ranges::any_of(kMacros, is_in_text);
}

// What is known of each file's text, whichever job reads it.
class Scanner::Files {
 public:
  struct File {
    std::uint32_t number = 0;
    std::string text;  // directives point into it; not there between scans
    bool is_annotated = false;
    bool has_directives = false;
    llvm::SmallVector<directives::Token, 0> tokens;
    llvm::SmallVector<directives::Directive, 0> directives;
    mutable std::once_flag asked;
    mutable bool is_named = false;  // see is_named()
  };

  explicit Files(NamedOutside named) : named_(std::move(named)) {
    for (const std::string& name : named_.names) names_.insert(name);
    for (const std::string& header : named_.headers)
      if (auto glob = llvm::GlobPattern::create("*/" + header))
        globs_.push_back(std::move(*glob));
      else
        llvm::consumeError(glob.takeError());
  }

  bool is_anywhere() const { return named_.is_anywhere; }

  // Whether the file declares what is called old from outside, or may do so.
  bool is_named(const File& file, llvm::StringRef path, bool is_project) const {
    std::call_once(file.asked, [&] {
      file.is_named = std::ranges::any_of(globs_, [&](const auto& glob) { return glob.match(path); }) ||
                      (is_project && may_name(file.text));
    });
    return file.is_named;
  }

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
    file->is_annotated =
        has_mark(file->text) || (named_.has_replacements && may_name_replacement(file->text));
    file->has_directives =
        !clang::scanSourceForDependencyDirectives(file->text, file->tokens, file->directives);
    const std::lock_guard lock(mutex_);
    const auto [number, is_unknown] = numbers_.try_emplace(id, static_cast<std::uint32_t>(included_.size()));
    if (is_unknown) included_.push_back({.size = file->text.size(), .id = id});
    file->number = number->second;
    return files_.emplace(id, std::move(file)).first->second.get();
  }
  void forget_texts() { files_.clear(); }

  void note_include(std::uint32_t file, const std::string& include) {
    const std::lock_guard lock(mutex_);
    std::string& known = included_[file].include;
    if (known.empty() || include < known) known = include;  // whoever comes first
  }
  void note_unguarded(std::uint32_t file) {
    const std::lock_guard lock(mutex_);
    included_[file].is_guarded = false;
  }
  const std::vector<IncludedFile>& included() const { return included_; }

 private:
  // Names may also be glued together.
  bool may_name(llvm::StringRef text) const {
    if (names_.empty()) return false;
    if (text.contains("##")) return true;
    while (!(text = text.drop_until(is_name_character)).empty()) {
      const llvm::StringRef word = text.take_while(is_name_character);
      if (names_.contains(word)) return true;
      text = text.drop_front(word.size());
    }
    return false;
  }

  const NamedOutside named_;
  llvm::StringSet<> names_;
  std::vector<llvm::GlobPattern> globs_;
  std::mutex mutex_;
  std::map<llvm::sys::fs::UniqueID, std::unique_ptr<File>> files_;
  std::map<llvm::sys::fs::UniqueID, std::uint32_t> numbers_;
  std::vector<IncludedFile> included_;  // by number
};

// Who includes whom, in the order of the preprocessor.
class Scanner::InclusionRecorder : public clang::PPCallbacks {
 public:
  InclusionRecorder(Files& files, const clang::SourceManager& sources, Inclusions& inclusions)
      : files_(files), sources_(sources), inclusions_(inclusions) {}

  void InclusionDirective(clang::SourceLocation hash, const clang::Token&, llvm::StringRef spelled, bool,
                          clang::CharSourceRange, clang::OptionalFileEntryRef entry, llvm::StringRef,
                          llvm::StringRef, const clang::Module*, bool,
                          clang::SrcMgr::CharacteristicKind kind) override {
    if (!entry) return;
    const auto includer = sources_.getFileEntryRefForID(sources_.getFileID(hash));
    const auto file = number_of(*entry);
    if (!file) return;
    if (const auto from = includer ? number_of(*includer) : std::nullopt)
      inclusions_.directives.push_back({*from, *file});
    if (!includer || sources_.isInSystemHeader(hash) || !offered_.insert(*file).second) return;
    files_.note_include(*file, kind == clang::SrcMgr::C_User ? '"' + path_of(sources_, *entry) + '"'
                                                             : '<' + spelled.str() + '>');
  }

 private:
  std::optional<std::uint32_t> number_of(clang::FileEntryRef entry) {
    const auto [known, is_new] = numbers_.try_emplace(&entry.getFileEntry());
    if (is_new)
      if (const Files::File* file = files_.find(sources_.getFileManager(), entry))
        known->second = file->number;
    return known->second;
  }

  Files& files_;
  const clang::SourceManager& sources_;
  Inclusions& inclusions_;
  llvm::DenseMap<const clang::FileEntry*, std::optional<std::uint32_t>> numbers_;
  llvm::DenseSet<std::uint32_t> offered_;
};

class Scanner::ScanAction : public clang::PreprocessOnlyAction {
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

  bool BeginSourceFileAction(clang::CompilerInstance& compiler) override {
    compiler.getPreprocessor().addPPCallbacks(
        std::make_unique<InclusionRecorder>(files_, compiler.getSourceManager(), scan_.inclusions));
    return PreprocessOnlyAction::BeginSourceFileAction(compiler);
  }

  void EndSourceFileAction() override {
    const clang::SourceManager& sources = getCompilerInstance().getSourceManager();
    clang::HeaderSearch& headers = getCompilerInstance().getPreprocessor().getHeaderSearchInfo();
    scan_.reaches_named = files_.is_anywhere();
    for (auto entry = sources.fileinfo_begin(); entry != sources.fileinfo_end(); ++entry) {
      const Files::File* file = files_.find(sources.getFileManager(), entry->first);
      std::string path = path_of(sources, entry->first);
      if (file == nullptr || file->is_annotated) scan_.annotated.push_back(path);
      if (file != nullptr && !headers.isFileMultipleIncludeGuarded(entry->first))
        files_.note_unguarded(file->number);
      const bool is_project = is_below(path, scope_.root);
      if (file == nullptr || files_.is_named(*file, path, is_project)) scan_.reaches_named = true;
      if (is_project) scan_.inputs.push_back(std::move(path));
    }
    std::ranges::sort(scan_.annotated);
    std::ranges::sort(scan_.inputs);
  }

 private:
  Files& files_;
  const Scope& scope_;
  Scan& scan_;
};

bool may_have_findings(const Scan& scan) { return !scan.is_complete || !scan.annotated.empty(); }

Scanner::Scanner(Scope scope, FileStates& states, NamedOutside named)
    : scope_(std::move(scope)), states_(states), files_(std::make_unique<Files>(std::move(named))) {}
Scanner::~Scanner() = default;

std::vector<Scan> Scanner::scan(const Jobs& jobs, const std::vector<std::size_t>& which, unsigned threads) {
  std::vector<Scan> scans(which.size());
  parallel_for(which.size(), threads, [&](std::size_t i) {
    const Job& job = jobs[which[i]];
    survives([&] {
      ScanAction action(*files_, scope_, scans[i]);
      const auto files = recording_file_system(states_, scans[i].lookups, job.directory);
      scans[i].is_complete = run_frontend(job, action, files).ok;
    });
    scans[i].inclusions.is_known = scans[i].is_complete;
    // A macro given on the command line may be an annotation, too.
    if (std::ranges::any_of(job.arguments, has_mark)) scans[i].is_complete = false;
  });
  files_->forget_texts();
  return scans;
}

const std::vector<IncludedFile>& Scanner::files() const { return files_->included(); }

}  // namespace ferry::rewriter
