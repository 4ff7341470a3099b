// lint: one translation unit of clang-tidy's, with ferry's rules.
#pragma once

#include <clang-tidy/ClangTidyCheck.h>
#include <memory>
#include <optional>
#include <string>

#include "analyse/observer.hpp"
#include "model/plan.hpp"

namespace ferry::rewriter {

/// What the checks of one translation unit share: the rules look at it once, for all of them.
class Lint {
 public:
  explicit Lint(clang::tidy::ClangTidyContext& context) : context_(context) {}

  clang::tidy::ClangTidyContext& context() const { return context_; }

  /// Called by each check, before the unit is preprocessed.
  void watch(clang::Preprocessor& preprocessor);
  /// Called by each check, when the unit is parsed. Reports what the rules of all checks find.
  void look(clang::ASTContext& parsed);

 private:
  void take_options(Findings& findings) const;
  void report(const PlannedFinding& planned, const Plan& plan, const clang::SourceManager& sources);

  clang::tidy::ClangTidyContext& context_;
  const Texts overlay_{};
  std::optional<AnalyseOptions> options_;
  std::unique_ptr<Observer> observer_;
};

/// The name of the check that a rule is to clang-tidy; what NOLINT comments call it, too.
std::string check_name(const std::string& rule);

}  // namespace ferry::rewriter
