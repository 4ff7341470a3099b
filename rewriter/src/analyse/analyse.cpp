#include "analyse/analyse.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include <clang/AST/Attr.h>
#include <clang/Frontend/CompilerInstance.h>
#include <clang/Frontend/FrontendActions.h>
#include <clang/Lex/Preprocessor.h>
#include <clang/Sema/ExternalSemaSource.h>
#include <clang/Sema/Sema.h>
#include <clang/Sema/SemaConsumer.h>

#include "analyse/observer.hpp"
#include "frontend/frontend.hpp"
#include "model/packed.hpp"
#include "rules/annotations.hpp"
#include "rules/designated.hpp"

namespace ferry::rewriter {
namespace {

// Asked by the compiler when all of the unit is parsed and the instances of function templates are still to
// be made, which often costs more than the parsing: drops those that cannot tell anything.
class Instances : public clang::ExternalSemaSource {
 public:
  Instances(clang::Sema& sema, Observer& observer) : sema_(sema), observer_(observer) {}

  void ReadPendingInstantiations(
      llvm::SmallVectorImpl<std::pair<clang::ValueDecl*, clang::SourceLocation>>&) override {
    // A module's unit asks at the end of each of its parts.
    if (sema_.getCurrentModule() != nullptr || observer_.asks_instances(sema_.getASTContext())) return;
    llvm::DenseSet<const clang::NamedDecl*> dropped;
    for (const auto& [function, use] : sema_.PendingInstantiations) dropped.insert(function);
    sema_.PendingInstantiations.clear();
    // The compiler would miss the definitions of those that have no linkage.
    sema_.UndefinedButUsed.remove_if([&](const auto& used) { return dropped.contains(used.first); });
  }

 private:
  clang::Sema& sema_;
  Observer& observer_;
};

class Consumer : public clang::SemaConsumer {
 public:
  Consumer(clang::CompilerInstance& compiler, const AnalyseOptions& options, Analysis& analysis)
      : compiler_(compiler),
        options_(options),
        analysis_(analysis),
        observer_(compiler.getPreprocessor(), options) {
    if (options.packs == nullptr) return;
    for (const Pack& pack : options.packs->packs)
      for (const PackChange& change : pack.changes)
        if (change.of == PackChange::Of::Declaration && change.annotation.kind == Annotation::Kind::Inline)
          inlined_.push_back(&change);
  }

  void InitializeSema(clang::Sema& sema) override {
    if (options_.takes_shortcuts)
      sema.addExternalSource(new Instances(sema, observer_));  // which the compiler owns
  }

  // Bodies of plain functions that are not the project's hold nothing of ours and change nothing. Those of
  // templates are kept: they instantiate the project's own. So are those of annotated functions, which may
  // be what takes a call's place. The compiler keeps constexpr bodies and those that a type is deduced from.
  bool shouldSkipFunctionBody(clang::Decl* declaration) override {
    return !declaration->getAsFunction()->isDependentContext() &&
           !declaration->hasAttr<clang::AnnotateAttr>() && !is_project(declaration->getLocation()) &&
           !is_inlined(*declaration->getAsFunction());
  }

  void HandleTranslationUnit(clang::ASTContext& context) override { analysis_ = observer_.look(context); }

 private:
  bool is_project(clang::SourceLocation location) {
    const clang::SourceManager& sources = compiler_.getSourceManager();
    const clang::FileID file = sources.getFileID(sources.getExpansionLoc(location));
    const auto [known, is_new] = project_files_.try_emplace(file, false);
    if (is_new && !sources.isInSystemHeader(location))
      known->second = is_below(path_of(sources, file), options_.scope.root);
    return known->second;
  }

  bool is_inlined(const clang::FunctionDecl& function) const {
    return std::ranges::any_of(inlined_, [&](const PackChange* change) {
      return designates(change->designation, *pattern_of(&function));
    });
  }

  clang::CompilerInstance& compiler_;
  const AnalyseOptions& options_;
  Analysis& analysis_;
  Observer observer_;
  std::vector<const PackChange*> inlined_;  // whose bodies say what takes a call's place
  llvm::DenseMap<clang::FileID, bool> project_files_;
};

class Action : public clang::ASTFrontendAction {
 public:
  Action(const AnalyseOptions& options, Analysis& analysis) : options_(options), analysis_(analysis) {}

  bool BeginInvocation(clang::CompilerInstance& compiler) override {
    compiler.getFrontendOpts().SkipFunctionBodies =
        options_.takes_shortcuts;  // asks Consumer::shouldSkipFunctionBody
    return true;
  }

  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance& compiler,
                                                        llvm::StringRef) override {
    return std::make_unique<Consumer>(compiler, options_, analysis_);
  }

 private:
  const AnalyseOptions& options_;
  Analysis& analysis_;
};

class AnalysisWork : public UnitWork {
 public:
  explicit AnalysisWork(const AnalyseOptions& options) : options_(options) {}

  std::unique_ptr<clang::FrontendAction> action() override {
    return std::make_unique<Action>(options_, analysis_);
  }

  std::string result(const Job& job, Compiled compiled) override {
    return pack(take(job, std::move(compiled)));
  }

  Analysis take(const Job& job, Compiled compiled) {
    if (!llvm::sys::fs::exists(job.file))
      return {.problems = {{.file = job.file,
                            .message = "the compile database names this file, but there is none; build the "
                                       "project if it is generated, otherwise generate the database again"}}};
    analysis_.compiled = compiled.ok;
    analysis_.problems = std::move(compiled.problems);
    if (!analysis_.compiled || !analysis_.problems.empty()) analysis_.vocabulary.reset();
    return std::move(analysis_);
  }

 private:
  const AnalyseOptions& options_;
  Analysis analysis_;
};

// Has its own options.
class ReferencesWork : public UnitWork {
 public:
  ReferencesWork(const Scope& scope, const Packs* packs, const FileRanges& written)
      : options_{.scope = scope,
                 .overlay = no_overlay_,
                 .is_selected = {},
                 .takes_shortcuts = false,
                 .packs = packs,
                 .written = &written} {}

  std::unique_ptr<clang::FrontendAction> action() override { return work_.action(); }
  std::string result(const Job& job, Compiled compiled) override {
    return work_.result(job, std::move(compiled));
  }

 private:
  const Texts no_overlay_;
  const AnalyseOptions options_;
  AnalysisWork work_{options_};
};

}  // namespace

Analysis analyse(const Job& job, const AnalyseOptions& options) {
  AnalysisWork work(options);
  const std::unique_ptr<clang::FrontendAction> action = work.action();
  return work.take(job, run_frontend(job, *action, options.overlay));
}

std::unique_ptr<UnitWork> analysis_work(const AnalyseOptions& options) {
  return std::make_unique<AnalysisWork>(options);
}

std::unique_ptr<UnitWork> references_work(const Scope& scope, const Packs* packs, const FileRanges& written) {
  return std::make_unique<ReferencesWork>(scope, packs, written);
}

}  // namespace ferry::rewriter
