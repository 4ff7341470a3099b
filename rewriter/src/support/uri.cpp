#include "support/uri.hpp"

#include <llvm/ADT/StringExtras.h>
#include <llvm/ADT/StringRef.h>

namespace ferry::rewriter {

std::string uri_path(std::string_view path) {
  std::string uri;
  for (const char c : path)
    if (llvm::isAlnum(c) || llvm::StringRef("-._~/").contains(c))
      uri += c;
    else
      uri += "%" + llvm::toHex(llvm::StringRef(&c, 1));
  return uri;
}

}  // namespace ferry::rewriter
