/// The kinds of load. All of them begin with a while that is not measured.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "echo/load/connection.hpp"
#include "support/process.hpp"

namespace bench {

using Clock = std::chrono::steady_clock;

/// What requests cost.
struct Cost {
  std::size_t requests = 0;  // in all, those before the measurement included
  double server_cpu_ns_per_request = 0;
  double requests_per_second = 0;
};

/// Closed loop: each connection has one request on its way at a time, and sends the next once it has the
/// reply.
Cost run_closed_loop(std::span<Connection> connections, const Process& server, Clock::duration duration);

/// Connects, has one byte back, and closes: a batch of connections at a time.
Cost run_accepts(std::uint16_t port, const Process& server, Clock::duration duration);

/// In nanoseconds, one for each request.
struct Latencies {
  std::vector<std::int64_t> replies;  // when they came
  std::vector<std::int64_t> sends;    // how late the load itself was
};

/// Open loop: so many requests a second, evenly spaced, on the connections in turn, whether replies are due
/// or not. Latency counts from the time when a request was due, so a server that falls behind cannot slow the
/// load down and so hide how long others would have waited.
///
/// With `may_spin` the load does not sleep between requests: it has a processor to itself, and waking it
/// would take about as long as a reply.
Latencies run_open_loop(std::span<Connection> connections, double rate, Clock::duration duration,
                        bool may_spin);

}  // namespace bench
