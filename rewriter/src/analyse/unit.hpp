// Unit: one parsed translation unit as the rules see it.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <clang/AST/ASTContext.h>
#include <clang/Basic/SourceManager.h>
#include <clang/Frontend/CompilerInstance.h>

#include "analyse/analyse.hpp"
#include "analyse/change.hpp"
#include "analyse/includes.hpp"
#include "analyse/macros.hpp"
#include "analyse/parents.hpp"
#include "model/finding.hpp"
#include "rules/annotations.hpp"
#include "rules/uses.hpp"

namespace ferry::rewriter {

/// A finding before its change has been turned into edits of files.
struct Draft {
  std::string rule;
  Applicability applicability = Applicability::Manual;
  clang::SourceRange where;  ///< tokens
  std::string message;
  Change change;
  std::string group;
  bool last = false;
  bool remark = false;
};

/// What the preprocessor saw, recorded while the unit was parsed.
struct Preprocessed {
  MacroExpansions macros;
  Includes includes;
};

/// One translation unit, for as long as its AST lives: what rules read, and where they report.
class Unit {
 public:
  Unit(clang::CompilerInstance& instance, const AnalyseOptions& options, const Preprocessed& seen);

  clang::CompilerInstance& compiler;
  clang::ASTContext& context;
  const clang::SourceManager& sources;
  const clang::LangOptions& language;
  const Preprocessed& preprocessed;

  Annotations annotations;
  Parents parents;
  Uses uses;
  std::vector<clang::Decl*> declarations;  ///< of the project, at file or namespace scope, in order
  std::vector<const clang::NamespaceDecl*>
      moved;  ///< the namespaces that carry FERRY_MOVED, first declarations

  /// Whether the code at `location` belongs to the project: below the root and in no system header.
  bool is_project(clang::SourceLocation location) const;

  /// The source text of the tokens of `range`, as it is spelled; empty when it is not one piece of a file.
  std::string text(clang::SourceRange range) const;
  /// The same as it is written at `place`, where a macro's argument goes by its parameter's name.
  std::string text_at(clang::SourceLocation place, clang::SourceRange range) const;
  /// The text of `range` with `change` made, whose pieces lie in `range`; empty when that cannot be done.
  std::string text_with(clang::SourceRange range, const Change& change) const;
  /// The white space that the line of `location` begins with.
  std::string indent(clang::SourceLocation location) const;
  /// The place behind the last character of the token at `token`.
  clang::SourceLocation end_of(clang::SourceLocation token) const;
  /// `file:offset` of a declaration: names the same one in every translation unit.
  std::string key(const clang::NamedDecl& declaration) const;

  /// Takes a finding. A change that cannot be made as it stands turns it into a manual one that says why.
  void report(Draft draft);
  /// The findings, sorted, each once. Judges what was left open: edits in macros' bodies.
  Findings take_findings();

 private:
  struct Placed {
    clang::FileID file;
    std::size_t offset = 0;
    std::size_t length = 0;
    clang::SourceLocation in_macro_body;  ///< invalid unless the text is a macro's body
  };
  struct InMacro {
    Finding finding;
    clang::SourceLocation body;
    std::set<clang::SourceLocation> expansions;
    std::string trouble;
  };

  std::optional<Placed> place(clang::SourceRange tokens) const;
  std::optional<Placed> place(const Change::Piece& piece) const;
  void set_position(Finding& finding, const Placed& placed) const;
  std::string to_edits(const Draft& draft, Finding& finding, clang::SourceLocation& macro_body) const;

  const AnalyseOptions& options_;
  mutable llvm::DenseMap<clang::FileID, bool> project_files_;
  Findings findings_;
  std::map<std::pair<std::string, clang::SourceLocation>, InMacro>
      in_macros_;  // by (rule, place in the body)
};

}  // namespace ferry::rewriter
