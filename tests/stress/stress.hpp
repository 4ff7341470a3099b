// What stress tests share: how long they go on, chance, and futures that are given up half way.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <random>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/future.hpp>
#include <ferry/runtime.hpp>
#include <ferry/task.hpp>

#include "support/runtimes.hpp"

namespace ferry::stress {

/// How long each case repeats itself: the environment variable FERRY_STRESS_MS, or 100 ms.
inline std::chrono::milliseconds duration() {
  const char* const text = std::getenv("FERRY_STRESS_MS");
  const long milliseconds = text != nullptr ? std::strtol(text, nullptr, 10) : 0;
  return std::chrono::milliseconds(milliseconds > 0 ? milliseconds : 100);
}

/// Calls `body(round)`, once at least, until the time is up.
template <class F>
void for_a_while(F&& body) {
  const auto until = std::chrono::steady_clock::now() + duration();
  std::uint32_t round = 0;
  do {
    body(++round);
  } while (std::chrono::steady_clock::now() < until);
}

/// The same with a runtime of four workers, more than many machines have processors: they get in each other's
/// way.
template <class F>
void for_a_while_on_workers(F&& body) {
  const runtime::Runtime rt = test::multi_thread(4);
  for_a_while([&](std::uint32_t round) { body(rt, round); });
}

/// Draws for one task or thread; the same for the same numbers.
class Chance {
 public:
  Chance(std::uint32_t round, int who) : engine_(round * 977u + static_cast<std::uint32_t>(who)) {}

  /// 0 up to, and without, `limit`.
  unsigned below(unsigned limit) { return static_cast<unsigned>(engine_() % limit); }
  bool one_in(unsigned n) { return below(n) == 0; }
  /// For `impatient`: up to, and without, `limit` polls, or else a wait that only a wake-up ends.
  unsigned patience(unsigned limit);

 private:
  std::minstd_rand engine_;
};

/// So many polls that `impatient` polls only when it is woken, and never gives up.
inline constexpr unsigned kForEver = ~0u;

/// Polls `future` up to `polls` times, one after the other whether it was woken or not, then gives it up.
template <class F>
class Impatient {
 public:
  using Output = std::optional<FutureOutput<F>>;

  Impatient(F&& future, unsigned polls) : future_(std::forward<F>(future)), polls_(polls) {}

  Poll<Output> poll(Context& cx) {
    auto polled = future_.poll(cx);
    if (polled.is_ready()) return Output(*std::move(polled));
    if (polls_ == kForEver) return pending;
    if (polls_-- == 0) return Output();
    cx.waker().wake_by_ref();
    return pending;
  }

 private:
  F future_;
  unsigned polls_;
};

/// As Impatient, for a future without an output: whether it was ready.
template <class F>
class ImpatientForNothing {
 public:
  using Output = bool;

  ImpatientForNothing(F&& future, unsigned polls) : future_(std::forward<F>(future)), polls_(polls) {}

  Poll<bool> poll(Context& cx) {
    if (future_.poll(cx).is_ready()) return true;
    if (polls_ == kForEver) return pending;
    if (polls_-- == 0) return false;
    cx.waker().wake_by_ref();
    return pending;
  }

 private:
  F future_;
  unsigned polls_;
};

inline unsigned Chance::patience(unsigned limit) { return one_in(3) ? kForEver : below(limit); }

/// `auto got = stress::impatient(receiver.recv(), 3); co_await got;` The future is borrowed if it has a name.
template <class F>
auto impatient(F&& future, unsigned polls) {
  if constexpr (std::is_void_v<FutureOutput<std::remove_reference_t<F>>>)
    return ImpatientForNothing<F>(std::forward<F>(future), polls);
  else
    return Impatient<F>(std::forward<F>(future), polls);
}

}  // namespace ferry::stress
