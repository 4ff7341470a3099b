#include "frontend/units.hpp"

#include <unistd.h>
#include <utility>

#include <clang/Frontend/CompilerInstance.h>
#include <clang/Frontend/FrontendAction.h>
#include <clang/Lex/Pragma.h>
#include <clang/Lex/Preprocessor.h>
#include <llvm/Support/MemoryBuffer.h>

#include "frontend/doubts.hpp"
#include "frontend/results.hpp"
#include "frontend/snapshots.hpp"
#include "support/children.hpp"

namespace ferry::rewriter {
namespace {

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
  /// `snapshot` is the number of the one of `snapshots` that the prefix becomes, if it does.
  PrefixParse(const Jobs& jobs, const Prefix& prefix, Children& children, Snapshots* snapshots,
              std::optional<std::size_t> snapshot)
      : jobs_(jobs), prefix_(&prefix), children_(children), snapshots_(snapshots), snapshot_(snapshot) {}

  /// The unit of this process; empty in that of a prefix.
  std::optional<std::size_t> job;
  /// Whether this process goes on from the snapshot.
  bool is_from_snapshot = false;

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
    if (snapshot_ && ::fork() == 0) {
      snapshots_->serve(*snapshot_);
      is_from_snapshot = true;
      return enter(preprocessor, prefix_->jobs.front(), pragma);
    }
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
  Snapshots* snapshots_;
  std::optional<std::size_t> snapshot_;
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
      std::optional<std::size_t> snapshot;
      if (options_.snapshots && prefix.branches.empty() && prefix.jobs.size() == 1) {
        const std::size_t job = prefix.jobs.front();
        snapshot = options_.snapshots->expect(jobs_[job], options_.lookups(job));
      }
      if (children.start(std::nullopt)) parse_behind(prefix, children, snapshot);
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
  [[noreturn]] void parse_behind(const Prefix& prefix, Children& children,
                                 std::optional<std::size_t> snapshot) {
    const std::unique_ptr<UnitWork> work = make_work_();
    PrefixParse parse(jobs_, prefix, children, options_.snapshots, snapshot);
    PrefixAction action(work->action(), parse);
    Compiled compiled = run_frontend(jobs_[any_job(prefix)], text_of(prefix), action, options_.overlay);
    if (parse.job && compiled.ok && !parse.is_doubtful()) {
      const std::string result = work->result(jobs_[*parse.job], std::move(compiled));
      parse.is_from_snapshot ? options_.snapshots->put(*snapshot, result) : files_.put(*parse.job, result);
    }
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
