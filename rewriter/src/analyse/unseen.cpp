#include "analyse/unseen.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <utility>

#include <clang/AST/RecursiveASTVisitor.h>
#include <clang/Lex/MacroInfo.h>
#include <clang/Lex/PPCallbacks.h>
#include <llvm/ADT/DenseSet.h>

#include "analyse/unit.hpp"
#include "frontend/frontend.hpp"

namespace ferry::rewriter {
namespace {

bool uses_parameter(const clang::MacroInfo& macro, const clang::IdentifierInfo* parameter) {
  bool is_hashed = false;
  for (const clang::Token& token : macro.tokens()) {
    if (!is_hashed && token.getIdentifierInfo() == parameter) return true;
    is_hashed = token.is(clang::tok::hash);  // only spells it
  }
  return false;
}

class Recorder : public clang::PPCallbacks {
 public:
  Recorder(LeftOut& left_out, const clang::SourceManager& sources) : left_out_(left_out), sources_(sources) {}

  void SourceRangeSkipped(clang::SourceRange range, clang::SourceLocation) override {
    // It may end where the line behind the directive begins.
    left_out_.push_back({{range.getBegin(), range.getEnd().getLocWithOffset(-1)}, Unseen::Why::Inactive});
  }

  void MacroExpands(const clang::Token&, const clang::MacroDefinition& definition, clang::SourceRange range,
                    const clang::MacroArgs*) override {
    const clang::MacroInfo* macro = definition.getMacroInfo();
    if (!macro || !macro->isFunctionLike() || macro->isBuiltinMacro()) return;
    const auto [known, is_new] = uses_all_.try_emplace(macro, true);
    if (is_new)
      known->second = std::ranges::all_of(macro->params(), [&](const clang::IdentifierInfo* parameter) {
        return uses_parameter(*macro, parameter);
      });
    if (!known->second)
      left_out_.push_back({sources_.getExpansionRange(range).getAsRange(), Unseen::Why::Unused});
  }

 private:
  LeftOut& left_out_;
  const clang::SourceManager& sources_;
  llvm::DenseMap<const clang::MacroInfo*, bool> uses_all_;
};

// Templates, and what of them is instantiated.
class TemplateVisitor : public clang::RecursiveASTVisitor<TemplateVisitor> {
 public:
  bool shouldVisitTemplateInstantiations() const { return true; }
  bool shouldVisitImplicitCode() const { return true; }  // the body of a generic lambda's call

  bool VisitFunctionDecl(clang::FunctionDecl* function) {
    if (!function->doesThisDeclarationHaveABody()) return true;
    if (function->isDependentContext())
      patterns_.insert(function);
    else if (const clang::FunctionDecl* pattern = function->getTemplateInstantiationPattern())
      instantiated_.insert(pattern->getCanonicalDecl());
    return true;
  }

  bool VisitClassTemplateDecl(clang::ClassTemplateDecl* declaration) {
    if (declaration->isThisDeclarationADefinition() && declaration->spec_begin() == declaration->spec_end())
      add(*declaration);
    return true;
  }

  bool VisitVarTemplateDecl(clang::VarTemplateDecl* declaration) {
    if (declaration->spec_begin() == declaration->spec_end()) add(*declaration);
    return true;
  }

  bool VisitIfStmt(clang::IfStmt* statement) {
    if (statement->isConstexpr() && statement->getCond() && statement->getCond()->isValueDependent())
      unseen.push_back({statement->getSourceRange(), Unseen::Why::Discarded});
    return true;
  }

  void add_patterns() {
    for (const clang::FunctionDecl* pattern : patterns_)
      if (!instantiated_.contains(pattern->getCanonicalDecl())) add(*pattern);
  }

  std::vector<Unseen> unseen;

 private:
  void add(const clang::Decl& declaration) {
    unseen.push_back({declaration.getSourceRange(), Unseen::Why::Uninstantiated});
  }

  std::set<const clang::FunctionDecl*> patterns_;
  std::set<const clang::FunctionDecl*> instantiated_;
};

}  // namespace

std::unique_ptr<clang::PPCallbacks> left_out_recorder(LeftOut& left_out,
                                                      const clang::SourceManager& sources) {
  return std::make_unique<Recorder>(left_out, sources);
}

std::vector<Unseen> unseen_code(Unit& unit, const LeftOut& left_out) {
  TemplateVisitor templates;
  for (clang::Decl* declaration : unit.declarations) templates.TraverseDecl(declaration);
  templates.add_patterns();
  std::vector<Unseen> unseen = std::move(templates.unseen);
  for (const clang::SourceRange range : unit.preprocessed.macros.unused())
    unseen.push_back({range, Unseen::Why::NeverExpanded});
  unseen.insert(unseen.end(), left_out.begin(), left_out.end());
  return unseen;
}

std::string place_of(Unseen::Why why) {
  switch (why) {
    case Unseen::Why::Inactive:
      return "in a branch of #if that is not compiled";
    case Unseen::Why::Unused:
      return "an argument of a macro that does not use all of its arguments";
    case Unseen::Why::NeverExpanded:
      return "in a macro that is never expanded";
    case Unseen::Why::Uninstantiated:
      return "in a template that nothing instantiates, where a name may mean anything";
    case Unseen::Why::Discarded:
      return "in an `if constexpr` that depends on template parameters: a branch that every instance "
             "discards is not judged";
  }
  return {};
}

UnseenLines::UnseenLines(Unit& unit) : unit_(unit) {
  // Not SourceManager::translateFile for each file, which walks through all entries.
  const clang::SourceManager& sources = unit.sources;
  llvm::DenseSet<const clang::FileEntry*> known;
  for (unsigned i = 1; i < sources.local_sloc_entry_size(); ++i) {
    const clang::SrcMgr::SLocEntry& entry = sources.getLocalSLocEntry(i);
    if (!entry.isFile()) continue;
    const clang::OptionalFileEntryRef origin = entry.getFile().getContentCache().OrigEntry;
    if (!origin || !known.insert(&origin->getFileEntry()).second) continue;
    const clang::SourceLocation start = clang::SourceLocation::getFromRawEncoding(entry.getOffset());
    add_file(*origin, sources.getFileID(start), start);
  }
}

void UnseenLines::add_file(clang::FileEntryRef entry, clang::FileID file, clang::SourceLocation start) {
  const clang::SourceManager& sources = unit_.sources;
  const bool is_project = unit_.is_project(start);
  if (!is_project && (!sources.isInSystemHeader(start) || !unit_.is_below_root(file))) return;
  const auto text = sources.getBufferDataOrNone(file);
  if (!text || !text->contains("NOLINT") || !text->contains("ferry-")) return;
  if (is_project)
    wanted_.emplace(&entry.getFileEntry(), path_of(sources, file));
  else
    lines_[path_of(sources, file)] = {{.first = 1, .last = std::numeric_limits<unsigned>::max()}};
}

void UnseenLines::add(clang::SourceRange range) {
  const clang::SourceManager& sources = unit_.sources;
  const clang::SourceLocation begin = sources.getExpansionLoc(range.getBegin());
  const clang::SourceLocation end = sources.getExpansionRange(range.getEnd()).getEnd();
  if (begin.isInvalid() || end.isInvalid()) return;
  const auto wanted = wanted_.find(sources.getFileEntryForID(sources.getFileID(begin)));
  if (wanted == wanted_.end()) return;
  lines_[wanted->second].push_back(
      {.first = sources.getSpellingLineNumber(begin), .last = sources.getSpellingLineNumber(end)});
}

std::vector<FileLines> UnseenLines::take(const LeftOut& left_out) {
  if (asks_instances())
    for (const Unseen& unseen : unseen_code(unit_, left_out)) add(unseen.range);
  std::vector<FileLines> all;
  for (auto& [file, ranges] : lines_) {
    std::ranges::sort(ranges);
    ranges.erase(std::ranges::unique(ranges).begin(), ranges.end());
    all.push_back({.file = file, .lines = std::move(ranges)});
  }
  return all;
}

}  // namespace ferry::rewriter
