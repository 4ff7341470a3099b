#include <atomic>
#include <csignal>
#include <optional>
#include <stdexcept>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/runtime.hpp>
#include <ferry/signal.hpp>
#include <ferry/stream/stream.hpp>
#include <ferry/stream/wrappers/ctrl_c.hpp>
#include <ferry/stream/wrappers/signal.hpp>
#include <ferry/task.hpp>

#include "support/comes_true.hpp"
#include "support/runtimes.hpp"
#include "support/spawn.hpp"

using namespace ferry;

using stream::wrappers::CtrlCStream;
using stream::wrappers::SignalStream;

static_assert(std::movable<signal::Signal> && !std::copyable<signal::Signal>);
static_assert(stream::Stream<SignalStream> && std::movable<SignalStream>);
static_assert(stream::Stream<CtrlCStream> && std::movable<CtrlCStream>);

namespace {

constexpr signal::SignalKind kUsr1 = signal::SignalKind::user_defined1();
constexpr signal::SignalKind kUsr2 = signal::SignalKind::user_defined2();

Task<int> hear(signal::Signal heard, int count) {
  int times = 0;
  for (; times < count; ++times) {
    if (!co_await heard.recv()) break;
    if (times + 1 < count) ::raise(SIGUSR1);
  }
  co_return times;
}

bool is_pending(signal::Signal& heard) {
  Context cx(Waker::noop());
  return heard.poll_recv(cx).is_pending();
}

int g_heard_before = 0;

}  // namespace

TEST_SUITE("signal") {
  TEST_CASE("a signal wakes who waits for it, again and again") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto task = [&] {
        const auto guard = rt.enter();
        return rt.spawn(hear(signal::signal(kUsr1).value(), 3));
      }();
      ::raise(SIGUSR1);
      CHECK(rt.block_on(std::move(task)).value() == 3);
    });
  }

  TEST_CASE("signals that come before recv count as one, and none is lost by cancelling") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      signal::Signal heard = signal::signal(kUsr1).value();
      {
        auto cancelled = test::spawn([&] { return heard.recv(); });
        CHECK(cancelled.poll().is_pending());
        ::raise(SIGUSR1);
        ::raise(SIGUSR1);
      }
      CHECK((co_await heard.recv()).has_value());
      CHECK(is_pending(heard));
    }());
  }

  TEST_CASE("every listener of every runtime hears it, and of its kind only") {
    const runtime::Runtime first = test::current_thread();
    const runtime::Runtime second = test::multi_thread();
    std::vector<signal::Signal> of_first, of_second;
    {
      const auto guard = first.enter();
      of_first.push_back(signal::signal(kUsr1).value());
      of_first.push_back(signal::signal(kUsr1).value());
      of_first.push_back(signal::signal(kUsr2).value());
    }
    {
      const auto guard = second.enter();
      of_second.push_back(signal::signal(kUsr1).value());
    }
    ::raise(SIGUSR1);
    first.block_on([](std::vector<signal::Signal>& heard) -> Task<void> {
      CHECK((co_await heard[0].recv()).has_value());
      CHECK((co_await heard[1].recv()).has_value());
      CHECK(is_pending(heard[2]));
    }(of_first));
    CHECK(second.block_on(of_second[0].recv()).has_value());
  }

  TEST_CASE("a listener that goes takes nothing from the others") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      std::optional<signal::Signal> gone = signal::signal(kUsr1).value();
      signal::Signal heard = signal::signal(kUsr1).value();
      gone.reset();
      ::raise(SIGUSR1);
      CHECK((co_await heard.recv()).has_value());
    }());
  }

  TEST_CASE("a runtime that goes takes nothing from the others") {
    std::optional<runtime::Runtime> first = test::current_thread();
    const runtime::Runtime second = test::current_thread();
    const auto listen = [](const runtime::Runtime& rt) {
      const auto guard = rt.enter();
      return signal::signal(kUsr1).value();
    };
    std::optional<signal::Signal> of_first = listen(*first);
    signal::Signal of_second = listen(second);
    ::raise(SIGUSR1);
    CHECK(first->block_on(of_first->recv()).has_value());
    CHECK(second.block_on(of_second.recv()).has_value());
    first.reset();
    of_first.reset();
    ::raise(SIGUSR1);
    CHECK(second.block_on(of_second.recv()).has_value());
    const runtime::Runtime third = test::current_thread();
    signal::Signal of_third = listen(third);
    ::raise(SIGUSR1);
    CHECK(third.block_on(of_third.recv()).has_value());
  }

  TEST_CASE("runtimes on many threads hear one signal") {
    std::vector<std::thread> threads;
    std::atomic<int> listening{0};
    std::atomic<int> heard{0};
    for (int i = 0; i < 8; ++i)
      threads.emplace_back([&] {
        const runtime::Runtime rt = test::current_thread();
        rt.block_on([](std::atomic<int>& listening, std::atomic<int>& heard) -> Task<void> {
          signal::Signal usr1 = signal::signal(kUsr1).value();
          ++listening;
          const auto result = co_await usr1.recv();
          heard += result.has_value();
        }(listening, heard));
      });
    CHECK(test::comes_true([&] { return listening == 8; }));
    ::kill(::getpid(), SIGUSR1);
    for (std::thread& thread : threads) thread.join();
    CHECK(heard == 8);
  }

  TEST_CASE("real-time signals are heard by their numbers, but for those that the C library keeps") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      for (int number = SIGRTMIN; number <= SIGRTMAX; ++number) {
        CAPTURE(number);
        signal::Signal heard = signal::signal(signal::SignalKind::from_raw(number)).value();
        ::raise(number);
        CHECK((co_await heard.recv()).has_value());
      }
      for (int number = SIGRTMIN - 1; number > SIGSYS; --number) {
        CAPTURE(number);
        CHECK(signal::signal(signal::SignalKind::from_raw(number)).has_error());
      }
    }());
  }

  TEST_CASE("kinds have the numbers of the system") {
    using signal::SignalKind;
    CHECK(SignalKind::alarm().as_raw_value() == SIGALRM);
    CHECK(SignalKind::child().as_raw_value() == SIGCHLD);
    CHECK(SignalKind::hangup().as_raw_value() == SIGHUP);
    CHECK(SignalKind::interrupt().as_raw_value() == SIGINT);
    CHECK(SignalKind::io().as_raw_value() == SIGIO);
    CHECK(SignalKind::pipe().as_raw_value() == SIGPIPE);
    CHECK(SignalKind::quit().as_raw_value() == SIGQUIT);
    CHECK(SignalKind::terminate().as_raw_value() == SIGTERM);
    CHECK(SignalKind::user_defined1().as_raw_value() == SIGUSR1);
    CHECK(SignalKind::user_defined2().as_raw_value() == SIGUSR2);
    CHECK(SignalKind::window_change().as_raw_value() == SIGWINCH);
    CHECK(SignalKind::from_raw(SIGUSR1) == SignalKind::user_defined1());
  }

  TEST_CASE("a listener hears nothing from before its creation, though it takes over another one's place") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      {
        signal::Signal gone = signal::signal(kUsr1).value();
        ::raise(SIGUSR1);
      }
      ::raise(SIGUSR1);
      signal::Signal heard = signal::signal(kUsr1).value();
      auto recv = test::spawn([&] { return heard.recv(); });
      CHECK(recv.poll().is_pending());
      co_await task::yield_now();
      CHECK(recv.poll().is_pending());
      ::raise(SIGUSR1);
      CHECK((co_await heard.recv()).has_value());
    }());
  }

  TEST_CASE("a listener that outlives its runtime is told of the shutdown") {
    std::optional<runtime::Runtime> rt = test::current_thread();
    std::optional<signal::Signal> heard;
    {
      const auto guard = rt->enter();
      heard = signal::signal(kUsr1).value();
    }
    CHECK(is_pending(*heard));
    rt.reset();
    Context cx(Waker::noop());
    const auto polled = heard->poll_recv(cx);
    REQUIRE(polled.is_ready());
    CHECK(polled->has_error());
  }

  TEST_CASE("a handler from before the first listener is still called") {
    struct sigaction action{};
    action.sa_handler = [](int) { ++g_heard_before; };
    ::sigaction(SIGWINCH, &action, nullptr);
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      signal::Signal heard = signal::signal(signal::SignalKind::window_change()).value();
      ::raise(SIGWINCH);
      CHECK((co_await heard.recv()).has_value());
    }());
    CHECK(g_heard_before == 1);
  }

  TEST_CASE("what cannot be caught is an error, and outside a runtime it throws") {
    const runtime::Runtime rt = test::current_thread();
    {
      const auto guard = rt.enter();
      for (const int number : {SIGKILL, SIGSTOP, SIGSEGV, SIGILL, SIGFPE, 0, -1, 1000}) {
        CAPTURE(number);
        CHECK(signal::signal(signal::SignalKind::from_raw(number)).error() ==
              boost::system::errc::invalid_argument);
      }
    }
    // The signal keeps its default effect then.
    const auto ttin = signal::SignalKind::from_raw(SIGTTIN);
    CHECK_THROWS_AS(static_cast<void>(signal::signal(ttin)), std::logic_error);
    {
      const runtime::Runtime no_io = runtime::Builder::new_current_thread().enable_time().build().value();
      const auto guard = no_io.enter();
      CHECK_THROWS_AS(static_cast<void>(signal::signal(ttin)), std::logic_error);
    }
    struct sigaction action{};
    REQUIRE(::sigaction(SIGTTIN, nullptr, &action) == 0);
    const bool is_default = action.sa_handler == SIG_DFL;
    CHECK(is_default);
  }

  TEST_CASE("in a runtime without I/O it throws and says what is missing") {
    const runtime::Runtime rt = runtime::Builder::new_current_thread().enable_time().build().value();
    const auto guard = rt.enter();
    CHECK_THROWS_WITH_AS(static_cast<void>(signal::signal(kUsr1)), doctest::Contains("enable_io"),
                         std::logic_error);
  }

  TEST_CASE("ctrl_c completes at SIGINT, each one at the next, and a CtrlCStream loses none") {
    ::signal(SIGINT, SIG_DFL);  // the test program has a handler of its own
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      CtrlCStream interrupts = CtrlCStream::create().value();
      for (int round = 0; round < 2; ++round) {
        auto first = signal::ctrl_c();
        auto second = signal::ctrl_c();
        Context cx(Waker::noop());
        CHECK(first.poll(cx).is_pending());
        ::raise(SIGINT);
        CHECK((co_await first).has_value());
        CHECK((co_await second).has_value());
        const auto interrupt = co_await stream::next(interrupts);
        CHECK(interrupt.has_value());
      }
    }());
  }

  TEST_CASE("a signal's stream gives its occurrences, and ends with the runtime") {
    std::optional<runtime::Runtime> rt = test::current_thread();
    std::optional<SignalStream> heard;
    rt->block_on([](std::optional<SignalStream>& heard) -> Task<void> {
      heard.emplace(signal::signal(kUsr2).value());
      for (int i = 0; i < 2; ++i) {
        auto next = test::spawn([&] { return stream::next(*heard); });
        CHECK(next.poll().is_pending());
        ::raise(SIGUSR2);
        const auto occurrence = co_await *next;
        CHECK(occurrence.has_value());
      }
      signal::Signal usr2 = std::move(*heard).into_inner();
      CHECK(is_pending(usr2));
      heard.emplace(std::move(usr2));
    }(heard));
    rt.reset();
    auto next = test::spawn([&] { return stream::next(*heard); });
    const auto end = next.poll();
    REQUIRE(end.is_ready());
    CHECK_FALSE(end->has_value());
  }
}
