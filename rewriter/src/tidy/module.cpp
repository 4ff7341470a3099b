// The module that `clang-tidy -load` takes: a check for each rule, so that -checks, NOLINT and .clang-tidy
// know rules by name.
#include <clang-tidy/ClangTidyModule.h>
#include <clang-tidy/ClangTidyModuleRegistry.h>
#include <memory>
#include <string>

#include "packs/load.hpp"
#include "tidy/lint.hpp"

namespace ferry::rewriter {
namespace {

class Check : public clang::tidy::ClangTidyCheck {
 public:
  Check(llvm::StringRef name, clang::tidy::ClangTidyContext* context, std::shared_ptr<Lint> lint)
      : ClangTidyCheck(name, context), lint_(std::move(lint)) {}

  bool isLanguageVersionSupported(const clang::LangOptions& language) const override {
    return language.CPlusPlus;
  }
  void registerPPCallbacks(const clang::SourceManager&, clang::Preprocessor* preprocessor,
                           clang::Preprocessor*) override {
    lint_->watch(*preprocessor);
  }
  void registerMatchers(clang::ast_matchers::MatchFinder* finder) override {
    finder->addMatcher(clang::ast_matchers::translationUnitDecl(), this);
  }
  void check(const clang::ast_matchers::MatchFinder::MatchResult& result) override {
    lint_->look(*result.Context);
  }
  void storeOptions(clang::tidy::ClangTidyOptions::OptionMap& options) override {
    Options.store(options, "Unsafe", Options.getLocalOrGlobal("Unsafe", false));
  }

 private:
  std::shared_ptr<Lint> lint_;
};

// The checks of a translation unit are made together, and go before those of the next one are made.
class Lints {
 public:
  std::shared_ptr<Lint> of(clang::tidy::ClangTidyContext& context) {
    std::shared_ptr<Lint> lint = latest_.lock();
    if (!lint || &lint->context() != &context) latest_ = lint = std::make_shared<Lint>(context);
    return lint;
  }

 private:
  std::weak_ptr<Lint> latest_;
};

class Module : public clang::tidy::ClangTidyModule {
 public:
  // The module goes before its factories are called.
  void addCheckFactories(clang::tidy::ClangTidyCheckFactories& factories) override {
    const auto lints = std::make_shared<Lints>();
    const auto add = [&](const std::string& name) {
      factories.registerCheckFactory(name,
                                     [lints](llvm::StringRef check, clang::tidy::ClangTidyContext* context) {
                                       return std::make_unique<Check>(check, context, lints->of(*context));
                                     });
    };
    // clang-tidy judges suppressions itself.
    for (const Rule& rule : load_built_in_packs().rules())
      if (rule.pack != "ferry") add(check_name(rule.id));
    add("ferry-annotated");  // stands for the rules that only annotations know
  }
};

// clang-tidy finds modules by a registry that the loaded library enters itself into.
const clang::tidy::ClangTidyModuleRegistry::Add<Module> kModule("ferry", "Old call sites, with their fixes.");

}  // namespace
}  // namespace ferry::rewriter
