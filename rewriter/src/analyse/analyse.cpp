#include "analyse/analyse.hpp"

#include <memory>
#include <utility>

#include <clang/AST/RecursiveASTVisitor.h>
#include <clang/Frontend/CompilerInstance.h>
#include <clang/Frontend/FrontendActions.h>
#include <clang/Lex/Lexer.h>

#include "frontend/frontend.hpp"

namespace ferry::rewriter {
namespace {

// Renames what refers to a function annotated "ferry:replace:ID:applicability:name(...)".
class Renamer : public clang::RecursiveASTVisitor<Renamer> {
 public:
  Renamer(clang::CompilerInstance& compiler, const AnalyseOptions& options, Analysis& analysis)
      : compiler_(compiler), options_(options), analysis_(analysis) {}

  bool VisitDeclRefExpr(clang::DeclRefExpr* reference) {
    const clang::SourceManager& sources = compiler_.getSourceManager();
    for (const auto* annotation : reference->getDecl()->specific_attrs<clang::AnnotateAttr>()) {
      llvm::SmallVector<llvm::StringRef, 5> parts;
      annotation->getAnnotation().split(parts, ':', 4);
      if (parts.size() != 5 || parts[0] != "ferry" || parts[1] != "replace") continue;
      const auto applicability = parse_applicability(parts[3]);
      const clang::SourceLocation begin = sources.getFileLoc(reference->getBeginLoc());
      const auto [file, offset] = sources.getDecomposedLoc(begin);
      const std::string path = path_of(sources, file);
      if (!applicability || !contains(options_.scope, path) || sources.isInSystemHeader(begin)) continue;
      const std::size_t end = sources.getFileOffset(clang::Lexer::getLocForEndOfToken(
          sources.getFileLoc(reference->getLocation()), 0, sources, compiler_.getLangOpts()));
      const std::string name = parts[4].take_until([](char c) { return c == '('; }).str();
      Finding finding{
          .rule = parts[2].str(), .applicability = *applicability, .file = path, .offset = offset};
      finding.line = sources.getLineNumber(file, offset);
      finding.column = sources.getColumnNumber(file, offset);
      finding.end_line = sources.getLineNumber(file, end);
      finding.end_column = sources.getColumnNumber(file, end);
      finding.message = "use " + name;
      if (*applicability != Applicability::Manual)
        finding.edits.push_back(
            {.file = path, .offset = offset, .length = end - offset, .replacement = name});
      if (options_.is_selected(finding.rule)) analysis_.findings.push_back(std::move(finding));
    }
    return true;
  }

 private:
  clang::CompilerInstance& compiler_;
  const AnalyseOptions& options_;
  Analysis& analysis_;
};

class Consumer : public clang::ASTConsumer {
 public:
  Consumer(clang::CompilerInstance& compiler, const AnalyseOptions& options, Analysis& analysis)
      : compiler_(compiler), options_(options), analysis_(analysis) {}

  void HandleTranslationUnit(clang::ASTContext& context) override {
    Renamer(compiler_, options_, analysis_).TraverseDecl(context.getTranslationUnitDecl());
    record_inputs(compiler_.getSourceManager(), options_.scope, analysis_);
  }

 private:
  clang::CompilerInstance& compiler_;
  const AnalyseOptions& options_;
  Analysis& analysis_;
};

class Action : public clang::ASTFrontendAction {
 public:
  Action(const AnalyseOptions& options, Analysis& analysis) : options_(options), analysis_(analysis) {}

  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance& compiler,
                                                        llvm::StringRef) override {
    return std::make_unique<Consumer>(compiler, options_, analysis_);
  }

 private:
  const AnalyseOptions& options_;
  Analysis& analysis_;
};

}  // namespace

Analysis analyse(const Job& job, const AnalyseOptions& options) {
  Analysis analysis;
  Action action(options, analysis);
  Compiled compiled = run_frontend(job, action, options.overlay);
  analysis.compiled = compiled.ok;
  analysis.problems = std::move(compiled.problems);
  return analysis;
}

}  // namespace ferry::rewriter
