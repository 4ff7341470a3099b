// What a client is still to be told.
#pragma once

#include <ferry/v0_2/sync.hpp>

#include "framing.hpp"

namespace chat {

/// Takes replies for the writer of one client, which may be slow: only so many wait at a time.
///
/// Thread safety: owned by one task at a time.
class Outbox {
 public:
  explicit Outbox(rt::sync::mpsc::Sender<Reply> sender) : sender_(std::move(sender)) {}

  /// Waits for room for one reply, which is kept for `put`. False: the client has gone.
  rt::Task<bool> ready();
  /// Into the room that is kept, or into any there is. False: there is none, or the client has gone.
  bool put(Reply reply) { return sender_.try_send(std::move(reply)).has_value(); }
  /// Gives the room back that is kept.
  void release() { sender_.disarm(); }

 private:
  rt::sync::mpsc::Sender<Reply> sender_;
};

/// Writes what comes, several replies at a time, until the outbox has gone. Ends when the client has.
rt::Task<void> write_replies(rt::sync::mpsc::Receiver<Reply> replies, Replies sink);

}  // namespace chat
