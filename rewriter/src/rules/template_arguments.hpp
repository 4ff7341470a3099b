// Template arguments: those that are written behind a name.
#pragma once

#include <optional>
#include <string>

#include <clang/AST/TemplateBase.h>
#include <llvm/ADT/SmallVector.h>
#include <llvm/ADT/StringRef.h>

#include "analyse/unit.hpp"

namespace ferry::rewriter {

/// `<int, 4>` behind a name, with its brackets.
struct TemplateArguments {
  clang::SourceLocation left;
  clang::SourceLocation right;
  llvm::SmallVector<clang::TemplateArgumentLoc, 4> written;
};

/// Those of a function, a variable or a type; nothing where none are written.
std::optional<TemplateArguments> template_arguments(const Use& use);

/// The text of the argument for the parameter `name` of the template that `pattern` is the inside of, as it
/// is written at `place`. Empty, and `trouble` says why, where there is none.
std::string template_argument(const Unit& unit, const Use& use, const clang::NamedDecl& pattern,
                              llvm::StringRef name, clang::SourceLocation place, std::string& trouble);

}  // namespace ferry::rewriter
