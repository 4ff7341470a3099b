// json_text: bytes of sources in JSON.
#pragma once

#include <string_view>

#include <llvm/Support/JSON.h>

namespace ferry::rewriter {

/// JSON holds text, a source file may hold anything: what is no UTF-8 becomes U+FFFD.
inline llvm::json::Value json_text(std::string_view bytes) {
  return llvm::json::fixUTF8(llvm::StringRef(bytes));
}

}  // namespace ferry::rewriter
