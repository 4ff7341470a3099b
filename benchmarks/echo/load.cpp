/// Loads a TCP echo server over loopback and measures it: latency, requests per second, and the CPU time the
/// server used per request. Each connection has one request on its way at a time. The server is this
/// program's child: it prints its port as its first line, and is stopped at the end.
#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <string>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <vector>

#include <CLI/CLI.hpp>

#include "support/process.hpp"

namespace {

using Clock = std::chrono::steady_clock;

struct Options {
  std::size_t connections = 1;
  std::size_t size_bytes = 64;
  std::size_t requests = 100'000;
  std::size_t warm_up_requests = 5'000;
  double seconds_at_most = 30;
  bool pin = false;
  std::vector<std::string> server;
};

[[noreturn]] void throw_errno(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

class Connection {
 public:
  Connection(std::uint16_t port, std::size_t size_bytes, std::size_t index)
      : message_(size_bytes), reply_(size_bytes) {
    // Different for each connection, so that a server that mixes them up is found out.
    for (std::size_t i = 0; i < size_bytes; ++i) message_[i] = static_cast<char>(index * 31 + i);
    socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket_ < 0) throw_errno("socket");
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
      throw_errno("connect");
    const int on = 1;
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  Connection(Connection&& other) noexcept
      : socket_(std::exchange(other.socket_, -1)),
        message_(std::move(other.message_)),
        reply_(std::move(other.reply_)),
        received_(other.received_),
        sent_(other.sent_),
        started_(other.started_) {}
  ~Connection() {
    if (socket_ >= 0) close(socket_);
  }

  [[nodiscard]] int socket_descriptor() const noexcept { return socket_; }

  void send_request() {
    received_ = 0;
    sent_ = 0;
    started_ = Clock::now();
    send_more();
  }

  /// Takes what has arrived; true when the reply is complete.
  bool receive() {
    while (received_ < reply_.size()) {
      const ssize_t count = recv(socket_, reply_.data() + received_, reply_.size() - received_, MSG_DONTWAIT);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
      if (count < 0) throw_errno("recv");
      if (count == 0) throw std::runtime_error("the server closed a connection");
      received_ += static_cast<std::size_t>(count);
    }
    if (received_ < reply_.size()) {
      send_more();  // of a message larger than the socket's buffers
      return false;
    }
    if (reply_ != message_) throw std::runtime_error("the server answered with other bytes");
    return true;
  }

  [[nodiscard]] Clock::duration elapsed() const { return Clock::now() - started_; }

 private:
  void send_more() {
    while (sent_ < message_.size()) {
      const ssize_t count =
          send(socket_, message_.data() + sent_, message_.size() - sent_, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
      if (count < 0) throw_errno("send");
      sent_ += static_cast<std::size_t>(count);
    }
  }

  int socket_ = -1;
  std::vector<char> message_;
  std::vector<char> reply_;
  std::size_t received_ = 0;
  std::size_t sent_ = 0;
  Clock::time_point started_;
};

class Load {
 public:
  Load(const Options& options, std::uint16_t port) : epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    if (epoll_ < 0) throw_errno("epoll_create1");
    connections_.reserve(options.connections);
    for (std::size_t i = 0; i < options.connections; ++i) {
      connections_.emplace_back(port, options.size_bytes, i);
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.u64 = i;
      if (epoll_ctl(epoll_, EPOLL_CTL_ADD, connections_[i].socket_descriptor(), &event) != 0)
        throw_errno("epoll_ctl");
    }
  }
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;
  ~Load() { close(epoll_); }

  /// Sends `requests` requests and waits for all replies; stops sending new ones at the deadline.
  /// Result: each reply's latency in nanoseconds.
  std::vector<std::uint32_t> run(std::size_t requests, Clock::time_point deadline) {
    std::vector<std::uint32_t> latencies;
    latencies.reserve(requests);
    std::size_t unsent = requests;
    std::size_t on_their_way = 0;
    for (Connection& connection : connections_) {
      if (unsent == 0) break;
      connection.send_request();
      --unsent;
      ++on_their_way;
    }
    std::vector<epoll_event> events(std::max<std::size_t>(connections_.size(), 1));
    while (on_their_way > 0) {
      const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 5'000);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) throw_errno("epoll_wait");
      if (count == 0) throw std::runtime_error("no reply for five seconds");
      const bool in_time = Clock::now() < deadline;
      for (int i = 0; i < count; ++i) {
        Connection& connection = connections_[events[static_cast<std::size_t>(i)].data.u64];
        if (!connection.receive()) continue;
        const auto latency = std::chrono::nanoseconds(connection.elapsed()).count();
        latencies.push_back(static_cast<std::uint32_t>(std::min<std::int64_t>(latency, UINT32_MAX)));
        --on_their_way;
        if (unsent > 0 && in_time) {
          connection.send_request();
          --unsent;
          ++on_their_way;
        }
      }
    }
    return latencies;
  }

 private:
  int epoll_;
  std::vector<Connection> connections_;
};

double percentile_us(std::vector<std::uint32_t>& latencies, double fraction) {
  const auto at = static_cast<std::ptrdiff_t>(fraction * static_cast<double>(latencies.size() - 1));
  std::nth_element(latencies.begin(), latencies.begin() + at, latencies.end());
  return latencies[static_cast<std::size_t>(at)] / 1e3;
}

void measure(const Options& options) {
  // So that the scheduler's choices are not what is measured: a processor each, but one for both where they
  // take turns, or waking a sleeping processor would outweigh everything else.
  const bool share = options.connections == 1 || std::thread::hardware_concurrency() < 2;
  auto server = bench::Process::start(options.server, options.pin ? std::optional(0) : std::nullopt);
  if (options.pin) bench::pin_to(share ? 0 : 1);
  const std::string line = server.read_line();
  char* end = nullptr;
  const unsigned long port = std::strtoul(line.c_str(), &end, 10);
  if (port == 0 || port > UINT16_MAX || *end != '\0') {
    throw std::runtime_error("the server's first line is not a port: '" + line + "'");
  }

  Load load(options, static_cast<std::uint16_t>(port));
  const auto deadline = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                           std::chrono::duration<double>(options.seconds_at_most));
  (void)load.run(options.warm_up_requests, deadline);
  const auto cpu_before = server.cpu_time();
  const auto start = Clock::now();
  auto latencies = load.run(options.requests, deadline);
  const std::chrono::duration<double> elapsed = Clock::now() - start;
  const auto cpu = server.cpu_time() - cpu_before;
  server.terminate();
  server.wait();

  if (latencies.empty()) throw std::runtime_error("the time was up before the first request");
  const auto count = static_cast<double>(latencies.size());
  std::printf(
      "{\"requests\": %zu, \"seconds\": %.3f, \"requests_per_second\": %.0f, \"p50_us\": %.2f, \"p99_us\": "
      "%.2f, "
      "\"server_cpu_ns_per_request\": %.0f}\n",
      latencies.size(), elapsed.count(), count / elapsed.count(), percentile_us(latencies, 0.5),
      percentile_us(latencies, 0.99), static_cast<double>(cpu.count()) / count);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app{"Loads a TCP echo server over loopback and prints what it measured as one line of JSON"};
  app.add_option("--connections", options.connections, "connections, each with one request on its way")
      ->check(CLI::Range(1, 20'000));
  app.add_option("--size", options.size_bytes, "bytes in a message")->check(CLI::Range(1, 1 << 24));
  app.add_option("--requests", options.requests, "requests to measure")->check(CLI::PositiveNumber);
  app.add_option("--warm-up", options.warm_up_requests, "requests before that")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--seconds", options.seconds_at_most, "send nothing new after this time")
      ->check(CLI::PositiveNumber);
  app.add_flag("--pin", options.pin, "server and load on a processor each; with one connection, on the same");
  app.add_option("server", options.server, "the server's command; its first line of output is its port")
      ->required();
  app.positionals_at_end();
  CLI11_PARSE(app, argc, argv);
  try {
    measure(options);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "load: %s\n", error.what());
    return 1;
  }
}
