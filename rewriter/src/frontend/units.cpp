#include "frontend/units.hpp"

#include <system_error>
#include <utility>

#include <clang/Frontend/CompilerInstance.h>
#include <clang/Frontend/FrontendAction.h>
#include <clang/Lex/Pragma.h>
#include <clang/Lex/Preprocessor.h>
#include <llvm/ADT/SmallString.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Path.h>

#include "frontend/doubts.hpp"
#include "support/children.hpp"

namespace ferry::rewriter {
namespace {

namespace fs = llvm::sys::fs;

// Where children leave what they found out.
class Results {
 public:
  Results() {
    if (const auto error = fs::createUniqueDirectory("ferry", directory_))
      throw std::system_error(error, "a temporary directory cannot be made");
  }
  Results(const Results&) = delete;
  Results& operator=(const Results&) = delete;
  ~Results() { fs::remove_directories(directory_); }

  void put(std::size_t job, std::string_view bytes) const {
    std::error_code error;
    llvm::raw_fd_ostream out(file_of(job), error);
    if (error) return;
    out << bytes;
    out.close();
    if (!out.has_error()) return;
    out.clear_error();
    fs::remove(file_of(job));
  }
  std::optional<std::string> take(std::size_t job) const {
    const std::string file = file_of(job);
    const auto buffer = llvm::MemoryBuffer::getFile(file, /*IsText=*/false, /*RequiresNullTerminator=*/false);
    if (!buffer) return std::nullopt;
    std::string bytes = (*buffer)->getBuffer().str();
    fs::remove(file);
    return bytes;
  }

 private:
  std::string file_of(std::size_t job) const {
    llvm::SmallString<256> path(directory_);
    llvm::sys::path::append(path, std::to_string(job));
    return std::string(path);
  }

  llvm::SmallString<256> directory_;
};

constexpr llvm::StringLiteral kPragma = "ferry_end_of_prefix";

// The text that a process parses before it forks. The empty declaration in front of the pragma is over when
// the preprocessor comes by the pragma.
std::string text_of(const Prefix& prefix) {
  std::string text;
  for (const std::string& include : prefix.includes) text += "#include " + include + "\n";
  return text + ";;\n#pragma " + kPragma.str() + "\n";
}

// In the process that parses a prefix, in those that it forks for longer ones, and in those of the units.
class PrefixParse {
 public:
  PrefixParse(const Jobs& jobs, const Prefix& prefix, Children& children)
      : jobs_(jobs), prefix_(&prefix), children_(children) {}

  /// The unit of this process; empty in that of a prefix.
  std::optional<std::size_t> job;

  void begin(clang::Preprocessor& preprocessor) {
    doubts_ = std::make_unique<Doubts>(preprocessor);
    preprocessor.addPPCallbacks(doubts_->watcher());
  }
  void check_names(clang::ASTContext& context) { doubts_->check_names(context); }
  bool is_doubtful() const { return doubts_->any(); }

  /// Forks, and returns in the children only.
  void end_prefix(clang::Preprocessor& preprocessor, clang::SourceLocation pragma) {
    if (preprocessor.getDiagnostics().hasErrorOccurred()) children_.finish();
    doubts_->end_prefix();
    children_.make_room();
    for (const Prefix& branch : prefix_->branches) {
      children_.wait(1);
      if (children_.start(std::nullopt)) return enter(preprocessor, branch, pragma);
    }
    for (const std::size_t unit : prefix_->jobs)
      if (children_.start(static_cast<std::uint32_t>(unit))) return enter(preprocessor, unit, pragma);
    children_.wait();
    children_.finish();
  }

 private:
  void enter(clang::Preprocessor& preprocessor, const Prefix& branch, clang::SourceLocation pragma) {
    prefix_ = &branch;
    clang::SourceManager& sources = preprocessor.getSourceManager();
    const clang::FileID text =
        sources.createFileID(llvm::MemoryBuffer::getMemBufferCopy(text_of(branch), "ferry-prefix.cpp"),
                             clang::SrcMgr::C_User, 0, 0, pragma);
    preprocessor.EnterSourceFile(text, nullptr, pragma);
  }

  void enter(clang::Preprocessor& preprocessor, std::size_t unit, clang::SourceLocation pragma) {
    clang::SourceManager& sources = preprocessor.getSourceManager();
    const auto file = sources.getFileManager().getOptionalFileRef(jobs_[unit].file);
    if (!file) children_.finish();
    job = unit;
    doubts_->begin_unit();
    const clang::FileID main = sources.createFileID(*file, pragma, clang::SrcMgr::C_User);
    sources.setMainFileID(main);
    preprocessor.markIncluded(*file);
    preprocessor.EnterSourceFile(main, nullptr, pragma);
  }

  const Jobs& jobs_;
  const Prefix* prefix_;
  Children& children_;
  std::unique_ptr<Doubts> doubts_;
};

class EndOfPrefix : public clang::PragmaHandler {
 public:
  explicit EndOfPrefix(PrefixParse& parse) : PragmaHandler(kPragma), parse_(parse) {}

  void HandlePragma(clang::Preprocessor& preprocessor, clang::PragmaIntroducer introducer,
                    clang::Token& name) override {
    preprocessor.DiscardUntilEndOfDirective();
    parse_.end_prefix(preprocessor, introducer.Loc.isValid() ? introducer.Loc : name.getLocation());
  }

 private:
  PrefixParse& parse_;
};

// In a process that ends with it: nothing is freed, which would only copy what is shared with the parent.
class UnitAction : public clang::WrapperFrontendAction {
 public:
  using WrapperFrontendAction::WrapperFrontendAction;

  bool BeginInvocation(clang::CompilerInstance& compiler) override {
    compiler.getFrontendOpts().DisableFree = true;
    return WrapperFrontendAction::BeginInvocation(compiler);
  }
};

class PrefixAction : public UnitAction {
 public:
  PrefixAction(std::unique_ptr<clang::FrontendAction> action, PrefixParse& parse)
      : UnitAction(std::move(action)), parse_(parse) {}

  bool BeginSourceFileAction(clang::CompilerInstance& compiler) override {
    clang::Preprocessor& preprocessor = compiler.getPreprocessor();
    parse_.begin(preprocessor);
    preprocessor.AddPragmaHandler(new EndOfPrefix(parse_));  // the preprocessor owns it
    return WrapperFrontendAction::BeginSourceFileAction(compiler);
  }
  void ExecuteAction() override {
    WrapperFrontendAction::ExecuteAction();
    parse_.check_names(getCompilerInstance().getASTContext());
  }

 private:
  PrefixParse& parse_;
};

std::size_t any_job(const Prefix& prefix) {
  return prefix.jobs.empty() ? any_job(prefix.branches.front()) : prefix.jobs.front();
}

class UnitsRun {
 public:
  UnitsRun(const Jobs& jobs, const std::function<std::unique_ptr<UnitWork>()>& make_work,
           const UnitsOptions& options)
      : jobs_(jobs), make_work_(make_work), options_(options), is_behind_(jobs.size()) {}

  void run(const std::vector<Prefix>& prefixes) {
    Children children(options_.processes, [this](Children::Message message) { finish(message.item); });
    for (const Prefix& prefix : prefixes) {
      if (prefix.includes.empty()) {
        for (const std::size_t job : prefix.jobs) start(children, job);
        continue;
      }
      open(prefix);
      children.wait(options_.processes);
      if (children.start(std::nullopt)) parse_behind(prefix, children);
    }
    children.wait();
    // What could not share: an error, a doubt, a crash of whoever it shared with.
    for (std::size_t job = 0; job < is_behind_.size(); ++job)
      if (is_behind_[job]) {
        is_behind_[job] = false;
        start(children, job);
      }
    children.wait();
  }

 private:
  void open(const Prefix& prefix) {
    for (const std::size_t job : prefix.jobs) is_behind_[job] = true;
    for (const Prefix& branch : prefix.branches) open(branch);
  }

  // The process of a unit has ended. One behind a prefix that leaves nothing is tried again by itself.
  void finish(std::size_t job) {
    std::optional<std::string> result = files_.take(job);
    if (!result && is_behind_[job]) return;
    is_behind_[job] = false;
    options_.on_result(job, std::move(result));
  }

  void start(Children& children, std::size_t job) {
    if (!children.start(static_cast<std::uint32_t>(job))) return;
    const std::unique_ptr<UnitWork> work = make_work_();
    UnitAction action(work->action());
    files_.put(job, work->result(jobs_[job], run_frontend(jobs_[job], action, options_.overlay)));
    children.finish();
  }

  // In a process of its own.
  [[noreturn]] void parse_behind(const Prefix& prefix, Children& children) {
    const std::unique_ptr<UnitWork> work = make_work_();
    PrefixParse parse(jobs_, prefix, children);
    PrefixAction action(work->action(), parse);
    Compiled compiled = run_frontend(jobs_[any_job(prefix)], text_of(prefix), action, options_.overlay);
    if (parse.job && compiled.ok && !parse.is_doubtful())
      files_.put(*parse.job, work->result(jobs_[*parse.job], std::move(compiled)));
    children.finish();
  }

  const Jobs& jobs_;
  const std::function<std::unique_ptr<UnitWork>()>& make_work_;
  const UnitsOptions& options_;
  Results files_;
  std::vector<bool> is_behind_;  // by job: waits for a result from behind a prefix
};

}  // namespace

void parse_units(const Jobs& jobs, const std::vector<Prefix>& prefixes,
                 const std::function<std::unique_ptr<UnitWork>()>& make_work, const UnitsOptions& options) {
  UnitsRun(jobs, make_work, options).run(prefixes);
}

}  // namespace ferry::rewriter
