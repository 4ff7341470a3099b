// UNIX-02: a Unix listener is no stream any more; connections are accepted in a loop.
#include "rules/native/native.hpp"
#include "rules/stream_next.hpp"

namespace ferry::rewriter::native {

void unix_02(Unit& unit, std::set<std::string>& claimed) {
  const StreamKind listener{.id = "UNIX-02",
                            .method = "accept",
                            .turn = {.becomes = Becomes::Accepted},
                            .wrapper = "ferry::stream::wrappers::UnixListenerStream",
                            .hint =
                                "`accept()` gives a `Result` of the connection and its peer's address, and "
                                "never ends; where a stream is "
                                "wanted, wrap the listener in `ferry::stream::wrappers::UnixListenerStream`"};
  claimed.insert(listener.id);
  rewrite_next(unit, listener);
}

}  // namespace ferry::rewriter::native
