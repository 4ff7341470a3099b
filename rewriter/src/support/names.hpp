// Characters of names in C++.
#pragma once

#include <llvm/ADT/StringExtras.h>

namespace ferry::rewriter {

/// Whether a name can have `c` in it. Characters beyond ASCII are several bytes, each of them above.
inline bool is_name_character(char c) {
  return llvm::isAlnum(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace ferry::rewriter
