#include "outbox.hpp"

namespace chat {

rt::Task<bool> Outbox::ready() {
  auto room = rt::poll_fn([this](rt::Context& cx) { return sender_.poll_ready(cx); });
  const auto is_open = co_await room;
  co_return is_open.has_value();
}

rt::Task<void> write_replies(rt::sync::mpsc::Receiver<Reply> replies, Replies sink) {
  bool is_closed = false;
  while (!is_closed) {
    auto first = co_await replies.next();
    if (!first) break;
    if (!co_await sink.feed(*std::move(first))) co_return;
    for (auto more = replies.try_recv();; more = replies.try_recv()) {
      if (!more) {
        is_closed = more.error() == rt::sync::mpsc::error::TryRecvError::Closed;
        break;
      }
      if (!co_await sink.feed(*std::move(more))) co_return;
    }
    if (!co_await sink.flush()) co_return;
  }
  (void)co_await sink.close();
}

}  // namespace chat
