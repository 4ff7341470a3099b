// Unit: one parsed translation unit as the rules see it.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <clang/AST/ASTContext.h>
#include <clang/Basic/SourceManager.h>
#include <llvm/ADT/DenseSet.h>

#include "analyse/analyse.hpp"
#include "analyse/change.hpp"
#include "analyse/expanded_texts.hpp"
#include "analyse/includes.hpp"
#include "analyse/lookup.hpp"
#include "analyse/macro_names.hpp"
#include "analyse/macros.hpp"
#include "analyse/parents.hpp"
#include "model/finding.hpp"
#include "rules/annotations.hpp"
#include "rules/uses.hpp"

namespace clang {
class Preprocessor;
}  // namespace clang

namespace ferry::rewriter {

/// A finding before its change has been turned into edits of files.
struct Draft {
  std::string rule;
  Applicability applicability = Applicability::Manual;
  clang::SourceRange where;  ///< tokens
  std::string message;
  Change change;
  std::string group;
  std::string needs;
  bool last = false;
  bool remark = false;
  bool unsure = false;
  clang::SourceLocation name;  ///< of `target`, where the change is right only if it means that
  const clang::NamedDecl* target = nullptr;
  Meaning wanted;  ///< of the new name
  bool leads_on = false;
  bool review = false;

  /// Leaves it to a person, who is told why: `reason` ends a sentence.
  void leave(std::string_view reason) {
    applicability = Applicability::Manual;
    message.append("; not changed because ").append(reason);
  }
};

/// Where a token is written: in a file, or in the body of a macro.
struct Level {
  clang::FileID file;  ///< that file, or the expansion of that macro
  std::vector<clang::SourceLocation>
      arguments;  ///< of macros through which the token comes, by their parameters

  bool operator==(const Level& other) const { return file == other.file && arguments == other.arguments; }
};

/// What the preprocessor saw, recorded while the unit was parsed.
struct Preprocessed {
  MacroExpansions macros;
  Includes includes;
  MacroNames macro_names;
  ExpandedTexts texts;
};

/// One translation unit, for as long as its AST lives: what rules read, and where they report.
class Unit {
 public:
  Unit(clang::ASTContext& parsed, clang::Preprocessor& used, const AnalyseOptions& options,
       const Preprocessed& seen);

  clang::ASTContext& context;
  clang::Preprocessor& preprocessor;
  const clang::SourceManager& sources;
  const clang::LangOptions& language;
  const Preprocessed& preprocessed;

  const Packs* packs;  ///< the loaded ones; nullptr where only headers' annotations count
  Annotations annotations;
  Parents parents;
  Uses uses;
  std::vector<clang::Decl*> declarations;  ///< of the project, at file or namespace scope, in order
  std::vector<const clang::NamespaceDecl*>
      moved;  ///< the namespaces that carry FERRY_MOVED, first declarations

  /// Whether the code at `location` belongs to the project: below the root and in no system header.
  bool is_project(clang::SourceLocation location) const;
  bool is_below_root(clang::FileID file) const;
  bool is_below_root(const std::string& path) const;

  /// The source text of the tokens of `range`, as it is spelled; empty when it is not one piece of a file.
  std::string text(clang::SourceRange range) const;
  /// The source text that `piece` replaces.
  std::string text(const Change::Piece& piece) const;
  /// The text of `range` as it is written at `place`, where a macro's argument goes by its parameter's name.
  std::string text_at(clang::SourceLocation place, clang::SourceRange range) const;
  /// The text of `range` with `change` made, whose pieces lie in `range`; empty when that cannot be done.
  std::string text_with(clang::SourceRange range, const Change& change) const;
  /// The white space that the line of `location` begins with.
  std::string indent(clang::SourceLocation location) const;
  /// The place behind the last character of the token at `token`.
  clang::SourceLocation end_of(clang::SourceLocation token) const;
  /// `file:offset` of a declaration: names the same one in every translation unit.
  std::string key(const clang::NamedDecl& declaration) const;
  /// The same for comparing what other units say of it.
  Declared declared(const clang::NamedDecl& declaration) const;

  Level level(clang::SourceLocation location) const;
  /// `range` as it is written there, where a macro's argument goes by its parameter's name and an expansion
  /// by the macro's; nothing when part of it is not written there.
  std::optional<clang::SourceRange> at_level(clang::SourceRange range, const Level& level) const;

  /// Notes that a name which some annotated declaration has means something else here.
  void deny(clang::SourceLocation name, const clang::NamedDecl& means);
  std::vector<Meant> take_denials();

  /// Notes what a name, or what stands for one, refers to.
  void refer(clang::SourceLocation name, const clang::NamedDecl& target);
  /// Those to functions in the unit's own file and in the files that `findings` edit; nothing without edits.
  /// Of texts with edits made: in the files with edits, and those to anything in the ranges written.
  References take_references(const Findings& findings);

  /// Takes a finding. A change that cannot be made as it stands turns it into a manual one that says why.
  void report(Draft draft);
  /// Takes a finding in a file that no compiler reads.
  void report(Finding finding);
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
  struct InArgument {
    Finding finding;
    bool is_contradicted = false;
  };

  std::optional<Placed> place(clang::SourceRange tokens) const;
  std::optional<Placed> place(const Change::Piece& piece) const;
  const std::string& path(clang::FileID file) const;
  void set_position(Finding& finding, const Placed& placed) const;
  void set_meaning(Finding& finding, const Draft& draft) const;
  std::string to_edits(const Draft& draft, Finding& finding, clang::SourceLocation& macro_body) const;
  bool is_of_library(clang::FileID file) const;
  std::string why_not_to_edit(const Placed& placed) const;
  MacroExpansions::Treatment treatment(clang::SourceLocation token) const;
  bool is_whole_argument(const Placed& placed) const;

  const AnalyseOptions& options_;
  mutable llvm::DenseMap<clang::FileID, bool> project_files_;
  mutable llvm::DenseMap<clang::FileID, std::string> paths_;
  Findings findings_;
  std::set<Meant> denials_;
  llvm::DenseSet<std::pair<clang::SourceLocation, const clang::NamedDecl*>> referred_;
  std::map<std::tuple<std::string, std::string, std::size_t>, InArgument>
      in_arguments_;  // by (rule, file, offset): a macro may use its argument several times
  std::map<std::pair<std::string, clang::SourceLocation>, InMacro>
      in_macros_;  // by (rule, place in the body)
};

}  // namespace ferry::rewriter
