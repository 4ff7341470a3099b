// Designation: how a pack names a declaration.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <llvm/ADT/StringRef.h>

namespace ferry::rewriter {

/// "lib::Timer::cancel(error_code& $ec)", taken apart.
struct Designation {
  struct Parameter {
    std::string type;  ///< as it is declared, qualifiers may be left out; "_" for any
    std::string name;  ///< that the rule gives to it; may be empty
  };

  std::vector<std::string> path;  ///< names from the outside to the declaration's own
  bool has_parameters = false;    ///< only functions with these parameters
  std::vector<Parameter> parameters;
  bool is_open = false;  ///< `...`: with any further ones
};

/// Reads a designation. On failure `error` says what is wrong.
std::optional<Designation> parse_designation(llvm::StringRef text, std::string& error);

/// Whether code that names a type, `wanted`, means the same as another that may have more qualifiers.
bool is_same_type_text(llvm::StringRef declared, llvm::StringRef wanted);

}  // namespace ferry::rewriter
