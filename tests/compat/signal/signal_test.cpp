#include <concepts>
#include <csignal>
#include <optional>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/compat/legacy.hpp>
#include <ferry/signal.hpp>
#include <ferry/stream.hpp>
#include <ferry/stream/wrappers.hpp>
#include <ferry/task.hpp>
#include <ferry/v0_2/signal.hpp>
#include <ferry/v0_2/stream.hpp>

#include "support/runtimes.hpp"
#include "support/spawn.hpp"

using namespace ferry;
namespace legacy = ferry::v0_2;
using legacy::signal::SignalKind;

namespace {

static_assert(stream::Stream<legacy::signal::Signal> && !stream::Stream<signal::Signal>);
static_assert(std::derived_from<legacy::signal::Signal, signal::Signal>);
static_assert(std::same_as<SignalKind, signal::SignalKind>);
static_assert(std::same_as<legacy::signal::unix_::SignalKind, signal::SignalKind>);
static_assert(std::same_as<legacy::signal::unix_::Signal, legacy::signal::Signal>);
#if !defined(unix)
static_assert(std::same_as<legacy::signal::unix::Signal, legacy::signal::Signal>);
#endif
static_assert(std::same_as<decltype(legacy::signal::unix_::signal(SignalKind::hangup())),
                           io::Result<legacy::signal::Signal>>);

Task<void> hear_as_a_stream() {
  auto old = legacy::signal::signal(SignalKind::user_defined1()).value();
  {
    auto waiting = test::spawn([&] { return old.next(); });
    CHECK(waiting.poll().is_pending());
  }
  ::raise(SIGUSR1);
  ::raise(SIGUSR1);
  auto item = co_await old.next();
  CHECK(item.has_value());
  {
    auto waiting = test::spawn([&] { return old.next(); });
    CHECK(waiting.poll().is_pending());  // both counted as one
  }
  ::raise(SIGUSR1);
  auto heard = co_await old.recv();
  CHECK(heard.has_value());
  ::raise(SIGUSR1);
  auto poll = [&](Context& cx) { return old.poll_recv(cx); };
  auto polled = co_await poll_fn(poll);
  CHECK(polled.has_value());

  auto modern = compat::from_legacy(std::move(old));
  static_assert(std::same_as<decltype(modern), signal::Signal>);
  stream::wrappers::SignalStream wrapped(std::move(modern));
  ::raise(SIGUSR1);
  auto next = co_await stream::next(wrapped);
  CHECK(next.has_value());
  auto back = compat::into_legacy(std::move(wrapped).into_inner());
  ::raise(SIGUSR1);
  auto last = co_await legacy::stream::next(back);
  CHECK(last.has_value());
}

Task<void> hear_ctrl_c() {
  auto interrupt = legacy::signal::ctrl_c();
  static_assert(std::same_as<decltype(interrupt), signal::CtrlC>);
  ::raise(SIGINT);
  auto heard = co_await interrupt;
  CHECK(heard.has_value());
}

}  // namespace

TEST_SUITE("compat.signal") {
  TEST_CASE("SIG-05, SIG-03, SIG-04: a signal is a stream in 0.2, and goes on with recv") {
    test::current_thread().block_on(hear_as_a_stream());
  }
  TEST_CASE("SIG-01: ctrl_c is the same") {
    ::signal(SIGINT, SIG_DFL);  // the test program has a handler of its own
    test::current_thread().block_on(hear_ctrl_c());
  }
  TEST_CASE("SIG-02: signals that cannot be heard are refused, and there must be a runtime with I/O") {
    CHECK_THROWS_AS(static_cast<void>(legacy::signal::signal(SignalKind::hangup())), std::logic_error);
    const auto rt = test::current_thread();
    const auto guard = rt.enter();
    CHECK(legacy::signal::signal(SignalKind::from_raw(SIGKILL)).error() ==
          signal::signal(SignalKind::from_raw(SIGKILL)).error());
    CHECK(legacy::signal::signal(SignalKind::hangup()).has_value());
  }
  TEST_CASE("SIG-06: the kinds of signals are the same") {
    CHECK(SignalKind::from_raw(SIGTERM) == SignalKind::terminate());
    CHECK(SignalKind::window_change().as_raw_value() == SIGWINCH);
  }
}
