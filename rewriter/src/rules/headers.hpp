// Headers: includes of what has another name now, or has gone.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "analyse/unit.hpp"

namespace ferry::rewriter {

/// Writes the lines of includes anew.
class HeaderNames {
 public:
  explicit HeaderNames(const Unit& unit);

  /// Makes `include` one of `header`; or removes its line, where `header` is empty or the file has it
  /// already, by itself or because another one was made it.
  void replace(const Include& include, const std::string& header, Change& change);

 private:
  const Unit& unit_;
  std::map<std::pair<clang::FileID, std::string>, std::vector<const Include*>> present_;
};

/// Reports the includes of headers that packs call old.
void replace_headers(Unit& unit);

}  // namespace ferry::rewriter
