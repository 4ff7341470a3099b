#include "report/workloads.hpp"

#include <array>
#include <sstream>
#include <string>

namespace bench {
namespace {

constexpr double kToAsio = 0.35;
constexpr double kForkJoinNs = 2 * 60;  // two children
constexpr double kSleepingTaskBytes = 350;
constexpr double kMedianLatenessUs = 200;

/// The same bar on one thread and on two.
constexpr Bars both(double to_tokio, double to_asio = kToAsio, double most = kNoBar) {
  return {.to_tokio_1 = to_tokio, .to_tokio_2 = to_tokio, .to_asio = to_asio, .most = most};
}

/// A shim costs nothing.
constexpr Bars shim() { return {.to_tokio_1 = kNoBar, .to_tokio_2 = kNoBar, .to_direct = 1.03}; }

constexpr std::array kWorkloads{
    Workload{"spawn_one", "tasks", "one task spawned and joined, the next after it", both(0.5)},
    Workload{"spawn_join", "tasks", "one of 100 tasks spawned, then joined", both(0.5)},
    Workload{"spawn_batch", "tasks", "one of 1000 tasks spawned, then joined", both(0.5)},
    Workload{"spawn_fresh", "tasks", "one of 1000000 tasks spawned, then joined; memory is new", both(0.7)},
    Workload{"spawn_remote", "tasks", "one task spawned by a thread outside the runtime, 1000 at a time",
             both(0.5)},
    Workload{"join_set", "tasks", "one of 1000 tasks spawned on and joined by a `JoinSet`", both(0.5)},
    Workload{"fan_out", "tasks", "one task of a tree, each of which spawns and joins 10", both(0.5)},
    Workload{"fib", "tasks", "one task of a recursion that spawns one half and calls the other", both(0.5)},
    Workload{"fork_join", "tasks", "the same, with `task::fork_join` for both halves",
             both(0.5, kToAsio, kForkJoinNs)},
    Workload{"scope_batch", "tasks", "one of 1000 children of a `task::scope`; Tokio: `JoinSet`", both(0.5)},
    Workload{"spawn_blocking", "tasks", "one of 100 functions on the blocking pool, joined", both(0.15)},

    Workload{"yield_one", "calls", "a yield of the only task", both(0.2)},
    Workload{"yield_1000", "calls", "a yield of one of 1000 tasks", both(0.2)},
    Workload{"deep_yield_100", "calls", "a yield 100 calls deep", both(0.05)},
    Workload{"deep_yield_boxed_100", "calls", "the same; Tokio: boxed futures", both(0.05)},
    Workload{"nested_1", "calls", "one call of a coroutine that calls none", both(kNoBar)},
    Workload{"nested_10", "calls", "one level of 10 calls", both(kNoBar)},
    Workload{"nested_100", "calls", "one level of 100 calls", both(kNoBar)},
    Workload{"nested_boxed_1", "calls", "as `nested_1`; Tokio: boxed futures", both(0.6)},
    Workload{"nested_boxed_10", "calls", "as `nested_10`; Tokio: boxed futures", both(0.6)},
    Workload{"nested_boxed_100", "calls", "as `nested_100`; Tokio: boxed futures", both(0.6)},

    Workload{"ping_pong", "channels", "there and back between two tasks, two `mpsc` of 1", both(0.5)},
    Workload{"ping_pong_oneshot", "channels", "the same with a new task and two `oneshot`", both(0.5)},
    Workload{"chain", "channels", "one hop of a value through 1000 tasks and `mpsc` of 1", both(0.5)},
    Workload{"mpsc_1p", "channels", "one value, capacity 64, one sender", both(0.5)},
    Workload{"mpsc_4p", "channels", "one value, capacity 64, four senders", both(0.5)},
    Workload{"broadcast_8", "channels", "one value received by one of 8", both(1)},
    Workload{"watch_8", "channels", "one value seen by one of 8, who say so", both(1)},

    Workload{"mutex", "locks", "lock, add, unlock; 8 tasks", both(1)},
    Workload{"mutex_yield", "locks", "the same, with a yield inside: every unlock hands over", both(0.5)},
    Workload{"semaphore", "locks", "acquire, yield, release; 8 tasks, 4 permits", both(1)},
    Workload{"rw_lock", "locks", "lock, yield, unlock; 8 tasks, one in 8 writes", both(1)},
    Workload{"notify", "locks", "one `notify_one` to a waiting task, which does the same", both(0.5)},

    Workload{"select_ready", "selects", "select between a ready coroutine and one that never is", both(1)},
    Workload{"select_yield", "selects", "select between a yield and what never is ready", both(0.2)},
    Workload{"timeout_yield", "selects", "a timeout of an hour around a yield", both(0.2)},

    Workload{"timer_cancel", "timers", "a sleep of an hour started and dropped, by one of 8 tasks",
             both(0.5)},
    Workload{"timer_cancel_alone",
             "timers",
             "the same by one task; there is no other timer",
             {.to_tokio_1 = 0.5, .to_tokio_2 = 0.1, .to_asio = kToAsio}},
    Workload{"timer_fire", "timers", "one of 100000 tasks with a sleep, all of which end in one second",
             both(1)},
    Workload{"sleep_idle", "timers", "one of 1000000 tasks spawned, which sleep", both(1)},

    Workload{"shim_sleep", "compat", "`delay_for` and `sleep` of 1 ms, 1000 tasks", shim()},
    Workload{"shim_interval", "compat", "`next` and `tick` of an interval, paused clock", shim()},
    Workload{"shim_mpsc", "compat", "`next` and `recv` of a receiver, capacity 64", shim()},
    Workload{"shim_watch", "compat", "`broadcast`, `recv`; `send`, `changed`, `borrow_and_update`", shim()},
    Workload{"shim_notify", "compat", "`notify` and `notify_one` to a waiting branch of a join", shim()},
    Workload{"shim_semaphore", "compat", "`acquire`, with a yield inside, by two branches of a join", shim()},
    Workload{"shim_tcp", "compat", "64 bytes there and back; `poll_read` with a count and with a `ReadBuf`",
             shim()},
    Workload{"shim_enter", "compat", "`enter` with a closure and with a guard", shim()},
    Workload{"shim_framed", "compat", "a line of `Framed` and `LinesCodec`", shim()},
};

constexpr std::array kExtraFigures{
    ExtraFigure{"timer_fire", "late_p50_us", "median", "lateness", both(1, kNoBar, kMedianLatenessUs)},
    ExtraFigure{"timer_fire", "late_p99_us", "99th percentile", "lateness", both(1, kNoBar)},
    // One of 100000: says more about the machine than about any of them.
    ExtraFigure{"timer_fire", "late_max_us", "maximum", "lateness", both(kNoBar, kNoBar)},
    ExtraFigure{"sleep_idle", "rss_bytes", "a sleeping task", "memory", both(1, 1, kSleepingTaskBytes)},
};

std::string number(double value) {
  std::ostringstream text;
  text << value;
  return text.str();
}

std::string in_words(const Bars& bars) {
  std::string text;
  const auto add = [&](const std::string& bar) { text += (text.empty() ? "" : ", ") + bar; };
  if (bars.to_tokio_1 != bars.to_tokio_2) {
    add(number(bars.to_tokio_1) + " or, on two threads, " + number(bars.to_tokio_2) + " of tokio");
  } else if (bars.to_tokio_1 != kNoBar) {
    add(number(bars.to_tokio_1) + " of tokio");
  }
  if (bars.to_asio != kNoBar) add(number(bars.to_asio) + " of asio");
  if (bars.most != kNoBar) add(number(bars.most));
  if (bars.to_direct != kNoBar) add(number(bars.to_direct) + " of 1.x");
  return text.empty() ? "–" : text;
}

}  // namespace

std::span<const Workload> workloads() { return kWorkloads; }
std::span<const ExtraFigure> extra_figures() { return kExtraFigures; }

std::string explanation() {
  std::string text = "\n## The workloads\n\n| workload | an operation | at most |\n| --- | --- | --- |\n";
  const auto row = [&](std::string_view name, std::string_view operation, const Bars& bars) {
    text.append("| ")
        .append(name)
        .append(" | ")
        .append(operation)
        .append(" | ")
        .append(in_words(bars))
        .append(" |\n");
  };
  for (const Workload& workload : kWorkloads) row(workload.name, workload.operation, workload.bars);
  for (const ExtraFigure& extra : kExtraFigures) {
    row(extra.row, "found by `" + std::string(extra.workload) + "`", extra.bars);
  }
  return text;
}

}  // namespace bench
