// Annotations: the migration that a declaration carries, as ferry/annotate.hpp writes it.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <llvm/ADT/DenseMap.h>
#include <llvm/ADT/StringRef.h>

#include "model/rule.hpp"

namespace clang {
class Decl;
class NamedDecl;
}  // namespace clang

namespace ferry::rewriter {

/// What FERRY_REPLACE, FERRY_INLINE, FERRY_MOVED or FERRY_NATIVE says.
struct Annotation {
  enum class Kind { Replace, Inline, Moved, Native };

  Kind kind = Kind::Replace;
  std::string id;
  Applicability applicability = Applicability::Manual;
  std::string text;  ///< the replacement, the new namespace, or words for a person
};

/// Reads "ferry:KIND:ID:APPLICABILITY:TEXT", and Abseil's "inline-me".
std::optional<Annotation> parse_annotation(llvm::StringRef text);

/// The declaration that a name, an instantiation or a redeclaration stands for: shadows are followed, an
/// instantiation gives its pattern, and of several redeclarations the first is taken.
const clang::NamedDecl* pattern_of(const clang::NamedDecl* declaration);

/// The annotations of one declaration, in the order in which they are written.
using AnnotationList = std::vector<const Annotation*>;

/// The annotations of one translation unit's declarations, each read once.
class Annotations {
 public:
  /// Those of what `declaration` stands for. Lists that say the same are the same object.
  const AnnotationList& of(const clang::NamedDecl* declaration);

  /// The FERRY_MOVED among them, or nullptr.
  const Annotation* moved(const clang::NamedDecl* declaration);

 private:
  llvm::DenseMap<const clang::Decl*, const AnnotationList*> known_;
  std::map<std::string, Annotation> read_;  // by attribute text; nodes stay where they are
  std::set<AnnotationList> lists_;
};

}  // namespace ferry::rewriter
