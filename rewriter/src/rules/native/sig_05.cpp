// SIG-05: what hears a signal is no stream any more.
#include "rules/native/native.hpp"
#include "rules/stream_next.hpp"

namespace ferry::rewriter::native {

void sig_05(Unit& unit, std::set<std::string>& claimed) {
  const StreamKind signal{
      .id = "SIG-05",
      .method = "recv",
      .turn = {.becomes = Becomes::Tested, .keeps_tests = true},
      .wrapper = "ferry::stream::wrappers::SignalStream",
      .hint =
          "`recv()` gives a `Result` without a value, which is an error at the end; where "
          "a stream is wanted, wrap the signal in `ferry::stream::wrappers::SignalStream`"};
  claimed.insert(signal.id);
  rewrite_next(unit, signal);
}

}  // namespace ferry::rewriter::native
