// Observer: the rules over a unit, whoever has it parsed.
#pragma once

#include <optional>

#include "analyse/analyse.hpp"
#include "analyse/unit.hpp"
#include "analyse/unseen.hpp"

namespace ferry::rewriter {

/// Takes notes while a unit is preprocessed, then lets every rule look at what was parsed.
class Observer {
 public:
  /// To be made before the unit is preprocessed. `options` must outlive the observer, and the observer the
  /// preprocessing.
  Observer(clang::Preprocessor& preprocessor, const AnalyseOptions& options);
  Observer(const Observer&) = delete;
  Observer& operator=(const Observer&) = delete;

  /// Whether function templates whose instances are still to be made have to be, for what look() tells to be
  /// whole. To be called when all of the unit is parsed.
  bool asks_instances(clang::ASTContext& context);

  /// What the rules find in the whole unit; nothing of the compiler's errors. To be called once.
  Analysis look(clang::ASTContext& context);

 private:
  Unit& read(clang::ASTContext& context);

  clang::Preprocessor& preprocessor_;
  const AnalyseOptions& options_;
  Preprocessed preprocessed_;
  LeftOut left_out_;
  std::optional<Unit> unit_;
  std::optional<UnseenLines> unseen_lines_;  // where findings are wanted
  std::optional<bool> asks_instances_;
};

}  // namespace ferry::rewriter
