#include "analyse/macros.hpp"

#include <algorithm>

#include <clang/Basic/SourceManager.h>
#include <clang/Lex/MacroInfo.h>
#include <clang/Lex/PPCallbacks.h>
#include <clang/Lex/Preprocessor.h>

namespace ferry::rewriter {

class MacroExpansions::Recorder : public clang::PPCallbacks {
 public:
  Recorder(MacroExpansions& macros, const clang::SourceManager& sources)
      : macros_(macros), sources_(sources) {}

  void MacroDefined(const clang::Token&, const clang::MacroDirective* directive) override {
    const clang::MacroInfo* info = directive->getMacroInfo();
    // Only what can become a use later: an empty macro cannot, and neither can a system header's.
    if (info->isBuiltinMacro() || info->getNumTokens() == 0 || !is_project(*info)) return;
    enter(*info).is_project = true;
  }

  void MacroExpands(const clang::Token&, const clang::MacroDefinition& definition, clang::SourceRange range,
                    const clang::MacroArgs*) override {
    const clang::MacroInfo* info = definition.getMacroInfo();
    if (!info || info->isBuiltinMacro() || info->getNumTokens() == 0) return;
    Macro*& known = known_[info];
    if (!known) known = &enter(*info);
    if (known->is_project) known->places.insert(sources_.getExpansionLoc(range.getBegin()));
  }

 private:
  bool is_project(const clang::MacroInfo& info) const {
    return info.getDefinitionLoc().isFileID() && !sources_.isInSystemHeader(info.getDefinitionLoc());
  }

  Macro& enter(const clang::MacroInfo& info) {
    Macro& macro = macros_.by_definition_[info.getDefinitionLoc()];
    macro.info = &info;
    macro.end = info.getDefinitionEndLoc();
    return macro;
  }

  MacroExpansions& macros_;
  const clang::SourceManager& sources_;
  llvm::DenseMap<const clang::MacroInfo*, Macro*> known_;
};

namespace {

// Macros that hand their arguments on to macros, and so on: nobody reads deeper.
constexpr int kMaxDepth = 8;

using Treatment = MacroExpansions::Treatment;

// `, ## __VA_ARGS__` pastes nothing: it drops the comma where there are no arguments.
bool is_pasted(llvm::ArrayRef<clang::Token> tokens, std::size_t at) {
  const bool behind = at + 1 < tokens.size() && tokens[at + 1].is(clang::tok::hashhash);
  const bool before = at > 0 && tokens[at - 1].is(clang::tok::hashhash);
  return behind || (before && !(at > 1 && tokens[at - 2].is(clang::tok::comma)));
}

Treatment treat(const clang::Preprocessor& preprocessor, const clang::MacroInfo& info, unsigned parameter,
                int depth);

// What the macros that are called around `at` do with it.
Treatment handed_on(const clang::Preprocessor& preprocessor, llvm::ArrayRef<clang::Token> tokens,
                    std::size_t at, int depth) {
  Treatment result;
  int open = 0;
  unsigned commas = 0;
  for (std::size_t i = at; i-- > 0;) {
    if (tokens[i].is(clang::tok::r_paren)) ++open;
    if (tokens[i].is(clang::tok::comma) && open == 0) ++commas;
    if (tokens[i].isNot(clang::tok::l_paren) || open-- > 0) continue;
    const clang::IdentifierInfo* name = i > 0 ? tokens[i - 1].getIdentifierInfo() : nullptr;
    const clang::MacroInfo* called = name ? preprocessor.getMacroInfo(name) : nullptr;
    if (called && called->isFunctionLike() && called->getNumParams() > 0) {
      const Treatment inner =
          treat(preprocessor, *called, std::min(commas, called->getNumParams() - 1), depth + 1);
      result.is_made_string |= inner.is_made_string;
      result.is_pasted |= inner.is_pasted;
    }
    open = 0;
    commas = 0;
  }
  return result;
}

Treatment treat(const clang::Preprocessor& preprocessor, const clang::MacroInfo& info, unsigned parameter,
                int depth) {
  Treatment result;
  if (depth == kMaxDepth) return result;
  const llvm::ArrayRef<clang::Token> tokens = info.tokens();
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const clang::IdentifierInfo* name = tokens[i].getIdentifierInfo();
    if (!name || info.getParameterNum(name) != static_cast<int>(parameter)) continue;
    if (i > 0 && tokens[i - 1].is(clang::tok::hash)) result.is_made_string = true;
    if (is_pasted(tokens, i)) result.is_pasted = true;
    const Treatment inner = handed_on(preprocessor, tokens, i, depth);
    result.is_made_string |= inner.is_made_string;
    result.is_pasted |= inner.is_pasted;
  }
  return result;
}

}  // namespace

std::unique_ptr<clang::PPCallbacks> MacroExpansions::recorder(const clang::SourceManager& sources) {
  return std::make_unique<Recorder>(*this, sources);
}

const MacroExpansions::Macro* MacroExpansions::holding(clang::SourceLocation in_body) const {
  auto after = by_definition_.upper_bound(in_body);
  if (after == by_definition_.begin()) return nullptr;
  const Macro& macro = std::prev(after)->second;
  return in_body <= macro.end ? &macro : nullptr;
}

const std::set<clang::SourceLocation>* MacroExpansions::of(clang::SourceLocation in_body) const {
  const Macro* macro = holding(in_body);
  return macro && macro->is_project ? &macro->places : nullptr;
}

Treatment MacroExpansions::treatment(const clang::Preprocessor& preprocessor,
                                     clang::SourceLocation in_body) const {
  const Macro* macro = holding(in_body);
  if (!macro) return {};
  for (const clang::Token& token : macro->info->tokens())
    if (token.getLocation() == in_body && token.getIdentifierInfo())
      if (const int parameter = macro->info->getParameterNum(token.getIdentifierInfo()); parameter >= 0)
        return treat(preprocessor, *macro->info, static_cast<unsigned>(parameter), 0);
  return {};
}

std::vector<clang::SourceRange> MacroExpansions::unused() const {
  std::vector<clang::SourceRange> bodies;
  for (const auto& [begin, macro] : by_definition_)
    if (macro.is_project && macro.places.empty()) bodies.push_back({begin, macro.end});
  return bodies;
}

void for_each_definition(
    const clang::Preprocessor& preprocessor,
    llvm::function_ref<void(const clang::IdentifierInfo& name, const clang::MacroInfo& macro)> see) {
  for (const auto& [name, state] : preprocessor.macros())
    for (const clang::MacroDirective* directive = state.getLatest(); directive != nullptr;
         directive = directive->getPrevious())
      if (directive->getKind() == clang::MacroDirective::MD_Define) see(*name, *directive->getMacroInfo());
}

}  // namespace ferry::rewriter
