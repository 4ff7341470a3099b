// Shims: the declarations of compat/ that carry a migration.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "model/rule.hpp"

namespace clang {
class ASTUnit;
}

namespace ferry::matrix {

/// A declaration with an annotation.
struct Shim {
  std::string id;
  std::string legacy;  ///< its qualified name; of a member that is reached through `classes`, its own one
  std::vector<std::string> classes;  ///< those that users know, of a member of a base that they do not know
  std::string modern;                ///< what its annotation says
  rewriter::Applicability applicability = rewriter::Applicability::Manual;

  auto operator<=>(const Shim&) const = default;
};

/// All headers of compat/ and the runtime, as one translation unit.
class Headers {
 public:
  /// `root`: the source tree. What does not compile goes to `problems`.
  Headers(const std::string& root, std::vector<std::string>& problems);
  ~Headers();

  /// Sorted by id, then by name. Members that nobody can reach go to `problems`.
  std::vector<Shim> shims(std::vector<std::string>& problems) const;
  /// Whether there is something that `name`, a qualified name, means: `ferry::time::Sleep::reset`.
  bool has(const std::string& name) const;

 private:
  std::unique_ptr<clang::ASTUnit> unit_;
};

}  // namespace ferry::matrix
