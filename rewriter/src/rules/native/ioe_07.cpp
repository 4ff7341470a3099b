// IOE-07: lines and segments of a reader are no streams any more, and an error is no item.
#include "rules/native/native.hpp"
#include "rules/stream_next.hpp"

namespace ferry::rewriter::native {

void ioe_07(Unit& unit, std::set<std::string>& claimed) {
  StreamKind lines{
      .id = "IOE-07",
      .method = "next_line",
      .turn = {.becomes = Becomes::Turned, .ended = "{} && !*{}", .goes_on = "!{} || *{}"},
      .wrapper = "ferry::stream::wrappers::LinesStream",
      .hint =
          "`next_line()` and `next_segment()` give a `Result` of an optional, where `next()` gave "
          "an optional `Result`: "
          "look for the error first, and then for the end; where a stream is wanted, wrap it in "
          "`ferry::stream::wrappers::LinesStream` or `SplitStream`"};
  claimed.insert(lines.id);
  lines.other_method = "next_segment";
  lines.other_wrapper = "ferry::stream::wrappers::SplitStream";
  rewrite_next(unit, lines);
}

}  // namespace ferry::rewriter::native
