#include "support/hint.hpp"

#include <llvm/ADT/StringRef.h>

namespace ferry::rewriter {

std::string hint(std::string_view typed, const std::vector<std::string>& candidates) {
  const std::string* nearest = nullptr;
  unsigned least = static_cast<unsigned>(typed.size()) / 3 + 1;  // further away it is another word
  for (const std::string& candidate : candidates) {
    const unsigned distance = llvm::StringRef(typed).edit_distance_insensitive(candidate);
    if (distance > least || (nearest != nullptr && distance == least)) continue;
    least = distance;
    nearest = &candidate;
  }
  return nearest == nullptr ? "" : " (did you mean '" + *nearest + "'?)";
}

}  // namespace ferry::rewriter
