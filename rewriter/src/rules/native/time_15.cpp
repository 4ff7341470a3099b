// TIME-15: an interval is no stream any more; its ticks are awaited in a loop.
#include "rules/native/native.hpp"
#include "rules/stream_next.hpp"

namespace ferry::rewriter::native {

void time_15(Unit& unit, std::set<std::string>& claimed) {
  const StreamKind interval{
      .id = "TIME-15",
      .method = "tick",
      .turn = {.becomes = Becomes::Value},
      .wrapper = "ferry::stream::wrappers::IntervalStream",
      .hint =
          "`tick()` gives the `Instant` itself and never ends; where a stream is wanted, wrap the "
          "interval in `ferry::stream::wrappers::IntervalStream`"};
  claimed.insert(interval.id);
  rewrite_next(unit, interval);
}

}  // namespace ferry::rewriter::native
