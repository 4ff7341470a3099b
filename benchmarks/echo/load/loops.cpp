#include "echo/load/loops.hpp"

#include <algorithm>

#include "echo/load/meter.hpp"
#include "echo/load/poller.hpp"

namespace bench {
namespace {

/// Less than any server's backlog.
constexpr std::size_t kAcceptsAtATime = 32;

}  // namespace

Cost run_closed_loop(std::span<Connection> connections, const Process& server, Clock::duration duration) {
  Poller poller(connections);
  Meter meter(server, duration);
  std::size_t answered = 0;
  for (Connection& connection : connections) connection.send_request();
  while (meter.is_running(answered)) {
    poller.wait(Poller::kPatience, [&](std::size_t index) {
      if (connections[index].receive() == 0) return;
      ++answered;
      connections[index].send_request();
    });
  }
  for (Connection& connection : connections) connection.await_replies();
  return meter.cost();
}

Cost run_accepts(std::uint16_t port, const Process& server, Clock::duration duration) {
  Meter meter(server, duration);
  std::size_t accepted = 0;
  while (meter.is_running(accepted)) {
    connect(port, 1, kAcceptsAtATime, accepted);  // and closes all of them
    accepted += kAcceptsAtATime;
  }
  return meter.cost();
}

Latencies run_open_loop(std::span<Connection> connections, double rate, Clock::duration duration,
                        bool may_spin) {
  const std::chrono::duration<double> seconds = duration;
  const auto measured = static_cast<std::size_t>(seconds.count() * rate);
  const std::size_t unmeasured = measured / 5;
  const std::size_t requests = measured + unmeasured;
  const auto start = Clock::now();
  const auto due = [&](std::size_t request) {
    return start +
           std::chrono::nanoseconds(static_cast<std::int64_t>(static_cast<double>(request) * 1e9 / rate));
  };
  // Since a connection answers in order, its replies so far tell which request a reply is to.
  std::vector<std::size_t> replies(connections.size());
  Latencies latencies;
  latencies.replies.reserve(requests);
  latencies.sends.reserve(requests);
  Poller poller(connections);
  std::size_t sent = 0;
  std::size_t answered = 0;
  while (answered < requests) {
    auto now = Clock::now();
    for (; sent < requests && due(sent) <= now; ++sent, now = Clock::now()) {
      connections[sent % connections.size()].send_request();
      if (sent >= unmeasured) latencies.sends.push_back((now - due(sent)).count());
    }
    const auto idle = may_spin ? Clock::duration(0) : due(sent) - now;
    poller.wait(sent < requests ? std::max(idle, Clock::duration(0)) : Poller::kPatience,
                [&](std::size_t index) {
                  std::size_t count = connections[index].receive();
                  const auto then = Clock::now();
                  answered += count;
                  for (; count > 0; --count) {
                    const std::size_t request = index + replies[index]++ * connections.size();
                    if (request >= unmeasured) latencies.replies.push_back((then - due(request)).count());
                  }
                });
  }
  return latencies;
}

}  // namespace bench
