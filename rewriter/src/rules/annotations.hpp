// Annotations: the migration that a declaration carries, as ferry/annotate.hpp writes it or a pack says it.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <llvm/ADT/DenseMap.h>
#include <llvm/ADT/StringMap.h>
#include <llvm/ADT/StringRef.h>

#include "packs/annotation.hpp"
#include "packs/pack.hpp"

namespace clang {
class Decl;
class NamedDecl;
}  // namespace clang

namespace ferry::rewriter {

/// Reads "ferry:KIND:ID:APPLICABILITY:TEXT", and Abseil's "inline-me".
std::optional<Annotation> parse_annotation(llvm::StringRef text);

/// The declaration that a name, an instantiation or a redeclaration stands for: shadows are followed, an
/// instantiation gives its pattern, and of several redeclarations the first is taken.
const clang::NamedDecl* pattern_of(const clang::NamedDecl* declaration);

/// The annotations of one declaration, in the order in which they are written; those of packs behind others.
using AnnotationList = std::vector<const Annotation*>;

/// The annotations of one translation unit's declarations, each read once.
class Annotations {
 public:
  /// `packs` must outlive this. What headers say counts as far as `packs` reads it, and is no rule of a
  /// built-in pack that is not among them; without any packs, all of it counts.
  explicit Annotations(const Packs* packs);

  /// Those of what `declaration` stands for. Lists that say the same are the same object.
  const AnnotationList& of(const clang::NamedDecl* declaration);

  /// The FERRY_MOVED among them, or nullptr.
  const Annotation* moved(const clang::NamedDecl* declaration);

  /// Whether what headers say counts at all.
  bool reads_headers() const { return annotated_ != Packs::Annotated::None; }

  /// Whether the replacement that a `deprecated` attribute names counts as well.
  bool reads_replacements() const { return reads_replacements_; }

  /// A pack speaks of `member` where it is used through the class that `change` names, which has it from a
  /// base. To be said before anything is asked.
  void inherit(const clang::NamedDecl& member, const PackChange& change);
  /// What inherit() was told of.
  std::vector<const clang::NamedDecl*> inherited() const;

  /// What the packs say of declarations and of namespaces.
  const std::vector<const PackChange*>& changes() const { return changes_; }

 private:
  bool counts(const Annotation& annotation) const;
  const Annotation* read(const std::string& key, std::optional<Annotation> annotation);
  void read_attributes(const clang::NamedDecl& pattern, AnnotationList& list);
  void add_of_packs(const clang::NamedDecl& pattern, AnnotationList& list) const;

  const Packs* packs_;
  Packs::Annotated annotated_ = Packs::Annotated::All;
  bool reads_replacements_ = false;
  std::vector<const PackChange*> changes_;
  llvm::StringMap<std::vector<const PackChange*>> by_name_;  // of the declaration
  llvm::DenseMap<const clang::Decl*, const AnnotationList*> known_;
  std::map<const PackChange*, Annotation> of_heirs_;  // with the class as what they require; nodes stay
  std::map<const clang::NamedDecl*, AnnotationList> inherited_;
  std::map<std::string, Annotation> read_;  // by attribute text; nodes stay where they are
  std::set<AnnotationList> lists_;
};

}  // namespace ferry::rewriter
