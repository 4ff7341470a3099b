/// Loads a TCP echo server over loopback and measures it. The server is this program's child: it prints its
/// port as its first line, and is stopped at the end.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <thread>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "echo/load/connection.hpp"
#include "echo/load/loops.hpp"
#include "support/process.hpp"

namespace {

using bench::Clock;

struct Options {
  std::size_t connections = 1;
  std::size_t idle = 0;
  std::size_t size_bytes = 64;
  double rate = 0;
  bool accepts = false;
  double seconds = 1;
  unsigned pin = 0;
  std::vector<std::string> server;

  [[nodiscard]] Clock::duration duration() const {
    return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  }
};

/// One line of JSON, figure by figure.
class Figures {
 public:
  void add(const char* name, double value) { std::printf("%s\"%s\": %.2f", separator(), name, value); }
  ~Figures() { std::printf("}\n"); }

 private:
  const char* separator() { return std::exchange(is_first_, false) ? "{" : ", "; }

  bool is_first_ = true;
};

/// As many descriptors as this process may have; the server inherits that.
void raise_descriptor_limit(std::size_t needed) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) bench::throw_errno("getrlimit");
  if (limit.rlim_max < needed) {
    throw std::runtime_error(std::to_string(needed) + " descriptors are needed and " +
                             std::to_string(limit.rlim_max) + " allowed; raise the hard limit (ulimit -Hn)");
  }
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) bench::throw_errno("setrlimit");
}

/// Where the server and the load run; anywhere, if nothing is said.
struct Placement {
  std::optional<bench::Processors> server;
  std::optional<bench::Processors> load;

  [[nodiscard]] bool is_load_alone() const { return load && load->first != server->first; }
};

/// The server on the first processors, the load on the next: what the scheduler would choose is not what is
/// to be measured. With one connection the two take turns, so they share one, or waking a sleeping processor
/// would outweigh everything else. Without a processor for each, nothing is pinned.
Placement place(const Options& options) {
  if (options.pin == 0) return {};
  const bench::Processors servers{0, options.pin};
  const bool take_turns = options.connections == 1 && options.idle == 0 && !options.accepts;
  if (options.pin == 1 && take_turns) return {servers, servers};
  if (options.pin >= std::thread::hardware_concurrency()) return {};
  return {servers, bench::Processors{options.pin, 1}};
}

std::uint16_t port_of(bench::Process& server) {
  const std::string line = server.read_line();
  char* end = nullptr;
  const unsigned long port = std::strtoul(line.c_str(), &end, 10);
  if (port == 0 || port > UINT16_MAX || *end != '\0')
    throw std::runtime_error("the server's first line is not a port: '" + line + "'");
  return static_cast<std::uint16_t>(port);
}

double percentile_us(std::vector<std::int64_t>& values_ns, double fraction) {
  const auto at = static_cast<std::ptrdiff_t>(fraction * static_cast<double>(values_ns.size() - 1));
  std::nth_element(values_ns.begin(), values_ns.begin() + at, values_ns.end());
  return static_cast<double>(values_ns[static_cast<std::size_t>(at)]) / 1e3;
}

void add(Figures& figures, const bench::Cost& cost) {
  figures.add("requests", static_cast<double>(cost.requests));
  figures.add("server_cpu_ns_per_request", cost.server_cpu_ns_per_request);
  figures.add("requests_per_second", cost.requests_per_second);
}

void add(Figures& figures, bench::Latencies latencies) {
  if (latencies.replies.empty()) throw std::runtime_error("too short a time for this rate");
  figures.add("p50_us", percentile_us(latencies.replies, 0.5));
  figures.add("p99_us", percentile_us(latencies.replies, 0.99));
  figures.add("p999_us", percentile_us(latencies.replies, 0.999));
  figures.add("load_p99_us", percentile_us(latencies.sends, 0.99));
}

void measure(const Options& options) {
  constexpr std::size_t kOtherDescriptors = 64;
  raise_descriptor_limit(options.connections + options.idle + kOtherDescriptors);
  prctl(PR_SET_TIMERSLACK, 1UL);  // requests are sent when they are due, not 50 us later
  const Placement placement = place(options);
  if (placement.load) bench::pin_to(*placement.load);
  auto server = bench::Process::start(options.server, placement.server);
  const std::uint16_t port = port_of(server);
  Figures figures;

  if (options.accepts) {
    add(figures, bench::run_accepts(port, server, options.duration()));
  } else {
    // The busy ones first: what the server needs once is there before the idle ones are weighed.
    auto busy = bench::connect(port, options.size_bytes, options.connections, 0);
    const std::size_t before = server.resident_bytes();
    const auto idle = bench::connect(port, options.size_bytes, options.idle, options.connections);
    if (!idle.empty()) {
      const auto bytes = static_cast<double>(server.resident_bytes()) - static_cast<double>(before);
      figures.add("idle_connection_bytes", bytes / static_cast<double>(options.idle));
    }
    add(figures, bench::run_closed_loop(busy, server, options.duration()));
    if (options.rate > 0)
      add(figures, bench::run_open_loop(busy, options.rate, options.duration(), placement.is_load_alone()));
  }
  server.terminate();
  server.wait();
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app{"Loads a TCP echo server over loopback and prints what it measured as one line of JSON"};
  app.add_option("--connections", options.connections, "busy connections")->check(CLI::PositiveNumber);
  app.add_option("--idle", options.idle, "connections beside them that have had one reply and say no more")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--size", options.size_bytes, "bytes in a message")->check(CLI::Range(1, 1 << 24));
  app.add_option("--rate", options.rate, "measure latency as well, at so many requests a second")
      ->check(CLI::PositiveNumber);
  app.add_flag("--accepts", options.accepts, "instead: connect, have one byte back, close, and again");
  app.add_option("--seconds", options.seconds, "how long each measurement takes")->check(CLI::PositiveNumber);
  app.add_option("--pin", options.pin, "the server on so many processors, the load on another one");
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
