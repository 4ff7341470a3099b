#include "model/digest.hpp"

#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/BLAKE3.h>

namespace ferry::rewriter {

std::string digest(std::string_view content) {
  return llvm::toHex(llvm::BLAKE3::hash<16>(llvm::arrayRefFromStringRef(llvm::StringRef(content))),
                     /*LowerCase=*/true);
}

}  // namespace ferry::rewriter
