// Code templates: replacement text with placeholders.
#pragma once

#include <string>
#include <vector>

#include <llvm/ADT/StringRef.h>

namespace ferry::rewriter {

/// Text and placeholders in turn: "f($x, 1)" is "f(", $x, ", 1)". `$x...` stands for all of a pack.
struct CodeTemplate {
  struct Part {
    std::string text;  ///< of code, or a placeholder's name without `$`
    bool is_placeholder = false;
  };
  std::vector<Part> parts;
};

CodeTemplate parse_template(llvm::StringRef code);

/// "callee(argument, argument)" taken apart; `is_call` is false for any other code.
struct CallTemplate {
  bool is_call = false;
  std::string callee;
  std::vector<std::string> arguments;
};

CallTemplate parse_call(llvm::StringRef code);

/// Whether `code` is more than a name, with or without template arguments: it takes a call's place, and not
/// only that of what is called.
bool is_expression(llvm::StringRef code);

/// Whether comments of `written` are not in the code that takes its place.
bool loses_comment(llvm::StringRef written, llvm::StringRef code);

/// The names in `code` that are written with a `::`, and those behind `$this.`, each once.
std::vector<std::string> new_names(llvm::StringRef code);

}  // namespace ferry::rewriter
