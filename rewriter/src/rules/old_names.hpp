// OldNames: the names of the declarations that carry an annotation, used or not.
#pragma once

#include <string>
#include <vector>

#include <llvm/ADT/DenseMap.h>

namespace clang {
class IdentifierInfo;
class NamedDecl;
}  // namespace clang

namespace ferry::rewriter {

class Unit;

struct OldNames {
  llvm::DenseMap<const clang::IdentifierInfo*, std::vector<const clang::NamedDecl*>> declarations;
  std::vector<std::string> marking;  ///< the macros that annotations are written with
  bool has_nameless = false;  ///< an operator, a conversion or a constructor is among what is annotated

  bool contains(const clang::IdentifierInfo* name) const { return declarations.contains(name); }
};

/// Collects them from the files whose text has an annotation's mark.
OldNames old_names(Unit& unit);

}  // namespace ferry::rewriter
