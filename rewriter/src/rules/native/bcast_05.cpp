// BCAST-05: a broadcast's receiver is no stream any more, and the end is an error.
#include "rules/native/native.hpp"
#include "rules/stream_next.hpp"

namespace ferry::rewriter::native {

void bcast_05(Unit& unit, std::set<std::string>& claimed) {
  const StreamKind receiver{
      .id = "BCAST-05",
      .method = "recv",
      .turn = {.becomes = Becomes::Value,
               .ended = "!{} && {}.error().is_closed()",
               .goes_on = "{} || !{}.error().is_closed()"},
      .wrapper = "ferry::stream::wrappers::BroadcastStream",
      .hint =
          "`recv()` gives a `Result`, whose error says that values were missed, or that there will be "
          "no more; where a stream is wanted, wrap the receiver in "
          "`ferry::stream::wrappers::BroadcastStream`, whose errors only say that values were missed",
      .applicability = Applicability::Unsafe};
  claimed.insert(receiver.id);
  rewrite_next(unit, receiver);
}

}  // namespace ferry::rewriter::native
