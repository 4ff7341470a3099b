// FS-14: a directory that is read is no stream any more, and an error is no item.
#include "rules/native/native.hpp"
#include "rules/stream_next.hpp"

namespace ferry::rewriter::native {

void fs_14(Unit& unit, std::set<std::string>& claimed) {
  const StreamKind entries{
      .id = "FS-14",
      .method = "next_entry",
      .turn = {.becomes = Becomes::Turned, .ended = "{} && !*{}", .goes_on = "!{} || *{}"},
      .wrapper = "ferry::stream::wrappers::ReadDirStream",
      .hint =
          "`next_entry()` gives a `Result` of an optional, where `next()` gave an optional `Result`: "
          "look for the error first, and then for the end; where a stream is wanted, wrap it in "
          "`ferry::stream::wrappers::ReadDirStream`"};
  claimed.insert(entries.id);
  rewrite_next(unit, entries);
}

}  // namespace ferry::rewriter::native
