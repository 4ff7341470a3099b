#include "analyse/macro_names.hpp"

#include <clang/Lex/MacroInfo.h>
#include <clang/Lex/PPCallbacks.h>
#include <clang/Lex/Token.h>
#include <llvm/ADT/StringSet.h>

#include "packs/pack.hpp"

namespace ferry::rewriter {
namespace {

class Recorder : public clang::PPCallbacks {
 public:
  Recorder(llvm::StringSet<> wanted, MacroNames& names) : wanted_(std::move(wanted)), names_(names) {}

  void MacroExpands(const clang::Token& name, const clang::MacroDefinition& definition, clang::SourceRange,
                    const clang::MacroArgs*) override {
    const clang::MacroInfo* info = definition.getMacroInfo();
    note(name, {.is_expansion = true, .is_function_like = info && info->isFunctionLike()});
  }
  void MacroDefined(const clang::Token& name, const clang::MacroDirective*) override {
    note(name, {.is_definition = true});
  }
  void MacroUndefined(const clang::Token& name, const clang::MacroDefinition&,
                      const clang::MacroDirective*) override {
    note(name, {.is_definition = true});
  }
  void Defined(const clang::Token& name, const clang::MacroDefinition&, clang::SourceRange) override {
    note(name, {});
  }
  void Ifdef(clang::SourceLocation, const clang::Token& name, const clang::MacroDefinition&) override {
    note(name, {});
  }
  void Ifndef(clang::SourceLocation, const clang::Token& name, const clang::MacroDefinition&) override {
    note(name, {});
  }
  void Elifdef(clang::SourceLocation, const clang::Token& name, const clang::MacroDefinition&) override {
    note(name, {});
  }
  void Elifndef(clang::SourceLocation, const clang::Token& name, const clang::MacroDefinition&) override {
    note(name, {});
  }
  using PPCallbacks::Elifdef;
  using PPCallbacks::Elifndef;

 private:
  void note(const clang::Token& name, MacroName mention) {
    const clang::IdentifierInfo* identifier = name.getIdentifierInfo();
    if (!identifier || !wanted_.contains(identifier->getName())) return;
    mention.name = name.getLocation();
    mention.macro = identifier->getName().str();
    names_.push_back(std::move(mention));
  }

  llvm::StringSet<> wanted_;
  MacroNames& names_;
};

}  // namespace

std::unique_ptr<clang::PPCallbacks> macro_name_recorder(const Packs* packs, MacroNames& names) {
  llvm::StringSet<> wanted;
  if (packs != nullptr)
    for (const Pack& pack : packs->packs)
      for (const PackChange& change : pack.changes)
        if (change.of == PackChange::Of::Macro) wanted.insert(change.name);
  return wanted.empty() ? nullptr : std::make_unique<Recorder>(std::move(wanted), names);
}

}  // namespace ferry::rewriter
