// TIME-21: a clock is stopped only on a runtime of one thread; the call itself stays what it is.
#include "rules/called.hpp"
#include "rules/native/native.hpp"

namespace ferry::rewriter::native {

void time_21(Unit& unit, std::set<std::string>& claimed) {
  claimed.insert("TIME-21");
  for (const Use& use : unit.uses.of_declarations)
    if (use.annotation->id == "TIME-21" && !use.is_using && use.target->getNameAsString() == "pause")
      unit.report(
          {.rule = "TIME-21",
           .applicability = Applicability::Manual,
           .where = clang::SourceRange(use.name, use.name),
           .message = "`pause` throws on a runtime of several threads, and a `Sleep` that nobody has polled "
                      "holds the stopped clock no more: see that this runs on "
                      "`Builder::new_current_thread()`; looked at, it is accepted by `NOLINT(ferry-TIME-21): "
                      "why`",
           .review = true});
}

}  // namespace ferry::rewriter::native
