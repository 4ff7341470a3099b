#include "model/rule.hpp"

namespace ferry::rewriter {

std::string_view to_string(Applicability applicability) {
  switch (applicability) {
    case Applicability::Safe:
      return "safe";
    case Applicability::Unsafe:
      return "unsafe";
    case Applicability::Manual:
      return "manual";
  }
  return "manual";
}

std::optional<Applicability> parse_applicability(std::string_view text) {
  for (const auto value : {Applicability::Safe, Applicability::Unsafe, Applicability::Manual})
    if (to_string(value) == text) return value;
  return std::nullopt;
}

}  // namespace ferry::rewriter
