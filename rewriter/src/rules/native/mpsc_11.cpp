// MPSC-11: a receiver of a channel is no stream any more. Its own `next` is renamed as its annotation says;
// here is what is done with it as a stream.
#include "rules/native/native.hpp"
#include "rules/stream_next.hpp"

namespace ferry::rewriter::native {

void mpsc_11(Unit& unit, std::set<std::string>&) {
  rewrite_next(unit, {.id = "MPSC-11",
                      .method = "recv",
                      .wrapper = "ferry::stream::wrappers::ReceiverStream",
                      .other_method = "recv",
                      .other_wrapper = "ferry::stream::wrappers::UnboundedReceiverStream",
                      .hint = "await `recv()`; where a stream is wanted, wrap the receiver in "
                              "`ferry::stream::wrappers::ReceiverStream` or `UnboundedReceiverStream`",
                      .is_judged_elsewhere = true});
}

}  // namespace ferry::rewriter::native
