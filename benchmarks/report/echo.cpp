#include "report/echo.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unistd.h>

#include <boost/json.hpp>

#include "report/programs.hpp"
#include "support/process.hpp"

namespace bench {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

// --- what is measured

/// A program ferry-bench-echo-NAME.
struct Peer {
  std::string_view name;
  int most_threads = 2;
  bool has_copy = false;  // understands 0 bytes: the library copies a stream to a stream by itself
};

constexpr std::array kPeers{Peer{"ferry", 2, true}, Peer{"epoll"},    Peer{"asio"}, Peer{"asio-callbacks"},
                            Peer{"tokio", 2, true}, Peer{"libuv", 1}, Peer{"go"}};

/// So many requests a second, for latency: a fifth of what one thread can do.
constexpr std::string_view kRate = "20000";

/// A run of ferry-bench-load.
struct Scenario {
  std::string_view name;
  std::vector<std::string> options;
  std::string buffer_bytes = "1024";  // of the server; 0: it leaves them to the library's copy

  [[nodiscard]] bool runs_on(const Peer& peer, int threads) const {
    return threads <= peer.most_threads && (buffer_bytes != "0" || peer.has_copy);
  }
};

std::vector<Scenario> scenarios() {
  const std::string rate = "--rate=" + std::string(kRate);
  return {{"1 connection", {}},
          {"100 connections", {"--connections=100", rate}},
          {"1000 connections", {"--connections=1000"}},
          {"10 connections, 64 KiB", {"--connections=10", "--size=65536"}, "65536"},
          {"connect, echo, close", {"--accepts"}},
          {"1000 connections, 10000 idle", {"--connections=1000", "--idle=10000", rate}},
          {"1000 connections, 10000 idle, by copy", {"--connections=1000", "--idle=10000", rate}, "0"}};
}

/// Where a figure of ferry-bench-load goes.
struct Figure {
  std::string_view name;
  std::string_view table;
  std::string_view row;  // {} stands for the scenario's name

  [[nodiscard]] std::string row_of(const Scenario& scenario) const {
    std::string name(row);
    if (const std::size_t at = name.find("{}"); at != name.npos) name.replace(at, 2, scenario.name);
    return name;
  }
};

constexpr std::array kFigures{
    Figure{"server_cpu_ns_per_request", "echo_cpu", "{}"},
    Figure{"p50_us", "echo_latency", "{}: median"},
    Figure{"p99_us", "echo_latency", "{}: 99th percentile"},
    Figure{"p999_us", "echo_latency", "{}: 99.9th percentile"},
    Figure{"load_p99_us", "echo_load", "{}"},
    Figure{"requests_per_second", "echo_throughput", "{}"},
    Figure{"idle_connection_bytes", "echo_memory", "{}: an idle connection"},
};

// --- tables

Table table(std::string id, const std::string& what, std::string unit) {
  std::vector<std::string> peers;
  for (const Peer& peer : kPeers) peers.emplace_back(peer.name);
  Table table{std::move(id),
              "TCP echo: " + what,
              std::move(unit),
              std::move(peers),
              {{"epoll", {"epoll"}},
               {"asio", {"asio", "asio-callbacks"}},
               {"tokio", {"tokio"}},
               {"libuv", {"libuv"}},
               {"go", {"go"}}}};
  table.shows_quartiles = true;
  return table;
}

Table& table_of(std::vector<Table>& tables, std::string_view id) {
  return *std::ranges::find(tables, id, &Table::id);
}

std::vector<Table> empty_tables() {
  std::vector<Table> tables{
      table("echo_cpu", "server's CPU time", "Nanoseconds of the server's CPU time per request"),
      table("echo_latency", "latency",
            "Microseconds since a request was due, of " + std::string(kRate) + " a second"),
      table("echo_load", "how late the load was",
            "Microseconds, 99th percentile: what of the latency is not the server's"),
      table("echo_throughput", "throughput", "Requests per second, as many as there can be"),
      table("echo_memory", "memory", "Bytes of the server's resident memory"),
      table("echo_calls", "system calls", "System calls of the server per request")};
  table_of(tables, "echo_load").baselines.clear();
  table_of(tables, "echo_throughput").is_more_better = true;
  return tables;
}

/// What ferry has to reach.
void set_bars(std::string_view figure, Row& row) {
  const bool is_alone = row.threads == "1";
  if (figure == "server_cpu_ns_per_request") {
    row.bars = {{"asio", 1}, {"tokio", is_alone ? 1 : 0.9}};
    // On two threads its loops share nothing, not even the work.
    if (is_alone) row.bars["epoll"] = 1.1;
  } else if (figure == "p99_us") {
    row.bars = {{"tokio", 1}};
    row.is_noisy = true;
  } else if (figure == "idle_connection_bytes") {
    row.bars = {{"tokio", 1}};
  } else if (figure == "system calls") {
    row.most = 3;
  }
}

// --- runs

/// The command of a run under `wrapper`.
std::vector<std::string> load_command(const Options& options, const Scenario& scenario, std::string_view peer,
                                      int threads, const std::string& seconds,
                                      const std::vector<std::string>& wrapper = {}) {
  std::vector<std::string> command{options.programs / "ferry-bench-load", "--seconds=" + seconds,
                                   "--pin=" + std::to_string(threads)};
  std::ranges::copy(scenario.options, std::back_inserter(command));
  command.emplace_back("--");
  std::ranges::copy(wrapper, std::back_inserter(command));
  std::ranges::copy(std::array<std::string, 4>{options.programs / ("ferry-bench-echo-" + std::string(peer)),
                                               "0", std::to_string(threads), scenario.buffer_bytes},
                    std::back_inserter(command));
  return command;
}

void run(const Options& options, const Scenario& scenario, std::string_view peer, int threads,
         std::vector<Table>& tables) {
  const json::value found =
      json::parse(output_of(load_command(options, scenario, peer, threads, options.echo_seconds())));
  for (const Figure& figure : kFigures) {
    const json::value* value = found.as_object().if_contains(figure.name);
    if (value == nullptr) continue;
    Row& row = table_of(tables, figure.table).row(figure.row_of(scenario), std::to_string(threads));
    set_bars(figure.name, row);
    row.samples[std::string(peer)].push_back(value->to_number<double>());
  }
}

struct Counted {
  double calls = 0;
  double requests = 0;
};

/// All system calls of a server during a run so long, its start and its end included.
Counted count_calls(const Options& options, std::string_view peer, int threads, const std::string& seconds) {
  const fs::path file = fs::temp_directory_path() / ("ferry-bench-calls-" + std::to_string(getpid()));
  // -I2: the signal that ends the server goes to strace, which is to pass it on.
  const std::vector<std::string> strace{"strace", "-f", "-c", "-I2", "-o", file};
  const json::value found =
      json::parse(output_of(load_command(options, scenarios()[0], peer, threads, seconds, strace)));
  // The last line is: % time, seconds, microseconds per call, calls, errors if any, "total".
  std::vector<std::string> lines;
  std::ifstream stream(file);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  fs::remove(file);
  if (lines.empty() || !lines.back().ends_with(" total")) throw std::runtime_error("strace counted nothing");
  std::istringstream words(lines.back());
  double percent = 0;
  double time = 0;
  double time_per_call = 0;
  Counted counted{0, found.at("requests").to_number<double>()};
  words >> percent >> time >> time_per_call >> counted.calls;
  return counted;
}

/// Once: there is nothing by chance in it.
void measure_calls(const Options& options, const std::vector<Peer>& peers, std::vector<Table>& tables) {
  if (Process::start({"strace", "-o", "/dev/null", "true"}).wait().status != 0) {
    progress("system calls are not counted: strace is not installed, or not allowed to trace");
    return;
  }
  progress("TCP echo, system calls");
  for (const int threads : {1, 2}) {
    for (const Peer& peer : peers) {
      if (peer.most_threads < threads) continue;
      const Counted few = count_calls(options, peer.name, threads, "0.02");
      const Counted many = count_calls(options, peer.name, threads, "0.3");
      Row& row = table_of(tables, "echo_calls").row("1 connection, system calls", std::to_string(threads));
      set_bars("system calls", row);
      row.samples[std::string(peer.name)].push_back((many.calls - few.calls) /
                                                    (many.requests - few.requests));
    }
  }
}

std::vector<Peer> peers_there_are(const Options& options) {
  std::vector<Peer> peers;
  for (const Peer& peer : kPeers) {
    const fs::path program = options.programs / ("ferry-bench-echo-" + std::string(peer.name));
    if (fs::exists(program)) {
      peers.push_back(peer);
    } else {
      progress(std::string(peer.name) + " is skipped: there is no " + program.string());
    }
  }
  return peers;
}

}  // namespace

std::vector<Table> measure_echo(const Options& options) {
  const std::regex filter(options.filter);
  const auto is_wanted = [&](std::string_view name) {
    return std::regex_search("echo/" + std::string(name), filter);
  };
  std::vector<Scenario> wanted = scenarios();
  std::erase_if(wanted, [&](const Scenario& scenario) { return !is_wanted(scenario.name); });
  std::vector<Table> tables = empty_tables();
  if (wanted.empty() && !is_wanted("system calls")) return tables;

  const std::vector<Peer> peers = peers_there_are(options);
  for (int round = 0; round < options.rounds() && !wanted.empty(); ++round) {
    progress("TCP echo, round " + std::to_string(round + 1) + " of " + std::to_string(options.rounds()));
    for (const int threads : {1, 2}) {
      for (const Scenario& scenario : wanted) {
        for (const Peer& peer : peers)
          if (scenario.runs_on(peer, threads)) run(options, scenario, peer.name, threads, tables);
      }
    }
  }
  if (is_wanted("system calls")) measure_calls(options, peers, tables);
  return tables;
}

}  // namespace bench
