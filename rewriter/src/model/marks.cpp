#include "model/marks.hpp"

#include <llvm/ADT/StringExtras.h>
#include <llvm/ADT/StringRef.h>

namespace ferry::rewriter {
namespace {

// Behind the string literal that `code` begins with.
llvm::StringRef behind_string(llvm::StringRef code) {
  std::size_t at = 1;
  while (at < code.size() && code[at] != '"') at += code[at] == '\\' ? 2 : 1;
  return code.drop_front(std::min(at + 1, code.size()));
}

// Whether a comma separates what stands in the parentheses that `code` begins with.
bool has_two_arguments(llvm::StringRef code) {
  int depth = 0;
  while (!code.empty()) {
    const char c = code.front();
    if (c == '"') {
      code = behind_string(code);
      continue;
    }
    if (c == '(') ++depth;
    if (c == ')' && --depth == 0) return false;
    if (c == ',' && depth == 1) return true;
    code = code.drop_front();
  }
  return false;
}

}  // namespace

bool may_name_replacement(std::string_view text) {
  constexpr llvm::StringLiteral kAttribute = "deprecated";
  llvm::StringRef rest(text);
  for (std::size_t at; (at = rest.find(kAttribute)) != llvm::StringRef::npos;) {
    rest = rest.drop_front(at + kAttribute.size());
    llvm::StringRef behind = rest;
    behind.consume_front("__");
    behind = behind.ltrim();
    if (behind.starts_with("(") && has_two_arguments(behind)) return true;
  }
  return false;
}

}  // namespace ferry::rewriter
