#include "analyse/names.hpp"

#include <memory>

#include <clang/Frontend/CompilerInstance.h>
#include <clang/Frontend/FrontendActions.h>

#include "analyse/unit.hpp"
#include "frontend/frontend.hpp"
#include "rules/old_names.hpp"

namespace ferry::rewriter {
namespace {

using Names = std::set<std::string, std::less<>>;

class NamesConsumer : public clang::ASTConsumer {
 public:
  NamesConsumer(clang::CompilerInstance& compiler, const AnalyseOptions& options, Names& names)
      : compiler_(compiler), options_(options), names_(names) {}

  bool shouldSkipFunctionBody(clang::Decl*) override { return true; }

  void HandleTranslationUnit(clang::ASTContext&) override {
    const Preprocessed nothing;
    Unit unit(compiler_, options_, nothing);
    for (const auto& [identifier, declarations] : old_names(unit)) names_.insert(identifier->getName().str());
  }

 private:
  clang::CompilerInstance& compiler_;
  const AnalyseOptions& options_;
  Names& names_;
};

class NamesAction : public clang::ASTFrontendAction {
 public:
  NamesAction(const AnalyseOptions& options, Names& names) : options_(options), names_(names) {}

  bool BeginInvocation(clang::CompilerInstance& compiler) override {
    compiler.getFrontendOpts().SkipFunctionBodies = true;
    return true;
  }

  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance& compiler,
                                                        llvm::StringRef) override {
    return std::make_unique<NamesConsumer>(compiler, options_, names_);
  }

 private:
  const AnalyseOptions& options_;
  Names& names_;
};

}  // namespace

Names annotated_names(const Job& job, const AnalyseOptions& options) {
  Names names;
  NamesAction action(options, names);
  (void)run_frontend(job, action, options.overlay);
  return names;
}

}  // namespace ferry::rewriter
