// STRM-08: the time limit of a stream's items keeps its name, and gives an error of its own.
#include "rules/native/native.hpp"

namespace ferry::rewriter::native {

void strm_08(Unit& unit, std::set<std::string>& claimed) {
  claimed.insert("STRM-08");
  for (const Use& use : unit.uses.of_declarations)
    if (use.annotation->id == "STRM-08" && !use.is_using)
      unit.report({.rule = "STRM-08",
                   .applicability = Applicability::Manual,
                   .where = clang::SourceRange(use.name, use.name),
                   .message =
                       "the error of a late item is a `ferry::stream::Elapsed`, no `time::Elapsed`, and the "
                       "stream cannot be moved once it was polled; looked at, it is accepted by "
                       "`NOLINT(ferry-STRM-08): why`",
                   .review = true});
}

}  // namespace ferry::rewriter::native
