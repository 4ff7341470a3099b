#include "limiter.hpp"

#include <chrono>
#include <utility>

#include <ferry/v0_2/select.hpp>

namespace chat {
namespace {

using namespace std::chrono_literals;

using Muted = rt::time::DelayQueue<std::string>;

/// The next one whose time is over. A queue says that it is at its end when it is empty: then this waits.
rt::Task<std::string> next_unmuted(Muted& muted) {
  const auto poll = [&](rt::Context& cx) -> rt::Poll<std::optional<Muted::Item>> {
    auto polled = muted.poll_expired(cx);
    if (polled.is_ready() && !*polled) return rt::pending;
    return polled;
  };
  auto due = co_await rt::poll_fn(poll);
  co_return std::move(**due).into_inner();
}

}  // namespace

Limiter::Limiter(unsigned burst, rt::time::Duration mute)
    : Limiter(burst, mute, rt::sync::mpsc::unbounded_channel<std::string>()) {}

bool Limiter::allows(const std::string& nick) {
  const std::lock_guard lock(mutex_);
  auto& talker = talkers_[nick];
  if (talker.is_muted) return false;
  const auto now = rt::time::Instant::now();
  if (now - talker.second_began >= 1s) {
    talker.second_began = now;
    talker.messages = 0;
  }
  if (++talker.messages <= burst_) return true;
  talker.is_muted = true;
  (void)muted_.send(nick);
  return false;
}

void Limiter::forget(const std::string& nick) {
  const std::lock_guard lock(mutex_);
  const auto found = talkers_.find(nick);
  if (found != talkers_.end() && !found->second.is_muted) talkers_.erase(found);
}

rt::Task<void> Limiter::run() {
  Muted muted;
  for (;;) {
    auto first = co_await rt::select(to_mute_.next(), next_unmuted(muted));
    if (first.index() == 0) {
      muted.insert(*std::move(get<0>(first)), mute_);
    } else {
      unmute(get<1>(first));
    }
  }
}

void Limiter::unmute(const std::string& nick) {
  const std::lock_guard lock(mutex_);
  talkers_.erase(nick);
}

}  // namespace chat
