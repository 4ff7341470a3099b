// Who talks too much is not listened to for a while.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <utility>

#include <ferry/v0_2/sync.hpp>
#include <ferry/v0_2/time.hpp>

#include "rt.hpp"

namespace chat {

/// Thread safety: every member may be called from any thread.
class Limiter {
 public:
  /// Allows `burst` messages in a second, and mutes whoever sends more for `mute`.
  Limiter(unsigned burst, rt::time::Duration mute);

  /// Whether `nick`, who has a message, may say it.
  bool allows(const std::string& nick);

  /// Forgets who has left, unless they are muted.
  void forget(const std::string& nick);

  /// Unmutes whose time is over. Never ends.
  rt::Task<void> run();

 private:
  struct Talker {
    rt::time::Instant second_began = rt::time::Instant::now();
    unsigned messages = 0;
    bool is_muted = false;
  };

  using Names =
      std::pair<rt::sync::mpsc::UnboundedSender<std::string>, rt::sync::mpsc::UnboundedReceiver<std::string>>;

  Limiter(unsigned burst, rt::time::Duration mute, Names muted)
      : burst_(burst), mute_(mute), muted_(std::move(muted.first)), to_mute_(std::move(muted.second)) {}
  void unmute(const std::string& nick);

  const unsigned burst_;
  const rt::time::Duration mute_;
  std::mutex mutex_;
  std::map<std::string, Talker> talkers_;
  rt::sync::mpsc::UnboundedSender<std::string> muted_;
  rt::sync::mpsc::UnboundedReceiver<std::string> to_mute_;
};

}  // namespace chat
