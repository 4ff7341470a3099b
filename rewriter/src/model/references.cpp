#include "model/references.hpp"

namespace ferry::rewriter {

bool is_same(const Declared& a, const Declared& b) {
  return a.name == b.name || (!a.file.empty() && a.file == b.file && a.offset == b.offset);
}

}  // namespace ferry::rewriter
