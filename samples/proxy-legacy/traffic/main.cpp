// proxy_traffic PROGRAM: puts a proxy through what a day brings, and checks every byte and every count.
#include <array>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iomanip>
#include <iostream>
#include <mutex>
#include <sstream>
#include <thread>
#include <unistd.h>

#include "backends.hpp"
#include "child.hpp"
#include "client.hpp"
#include "script.hpp"

namespace traffic {
namespace {

using namespace std::chrono_literals;

constexpr unsigned kTimeLimitSeconds = 20;
constexpr auto kConnectTimeout = 300ms;
constexpr auto kIdleTimeout = 700ms;

/// A file that goes with this object.
class TempFile {
 public:
  TempFile() {
    const int fd = ::mkstemp(path_.data());
    if (fd < 0) throw Failure("mkstemp failed");
    ::close(fd);
  }
  TempFile(const TempFile&) = delete;
  TempFile& operator=(const TempFile&) = delete;
  ~TempFile() { ::unlink(path_.c_str()); }

  const std::string& path() const { return path_; }
  void write(const std::string& text) { std::ofstream(path_) << text; }

 private:
  std::string path_ = (std::filesystem::temp_directory_path() / "proxy_traffic.XXXXXX").string();
};

/// What the proxy answers to `status`.
class Status {
 public:
  explicit Status(std::uint16_t admin) : text_(ask(admin, "status")) {}

  std::uint64_t operator[](const std::string& name) const {
    std::istringstream lines(text_);
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with(name + " ")) return std::stoull(line.substr(name.size() + 1));
    }
    throw Failure("the status has no line \"" + name + "\":\n" + text_);
  }
  bool has(const std::string& words) const { return text_.find(words) != std::string::npos; }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// Asks for the status until `is_so`.
void await_status(std::uint16_t admin, std::chrono::milliseconds limit, const std::string& what,
                  const std::function<bool(const Status&)>& is_so) {
  const auto deadline = in(limit);
  for (;;) {
    const Status status(admin);
    if (is_so(status)) return;
    if (Clock::now() >= deadline) throw Failure(what + "; the status says:\n" + status.text());
    std::this_thread::sleep_for(20ms);
  }
}

/// What all clients together have sent and received.
struct Sums {
  std::atomic<std::uint64_t> connections{0};
  std::atomic<std::uint64_t> up{0};
  std::atomic<std::uint64_t> down{0};

  void add(std::uint32_t length) {
    ++connections;
    up += bytes_up(length);
    down += bytes_down(length);
  }
};

/// Exchanges of all sizes from 16 clients at a time; gives how many each backend served.
std::array<unsigned, 8> exchange_many(std::uint16_t port, unsigned count, std::uint32_t longest, Sums& sums) {
  std::atomic<unsigned> next{0};
  std::array<std::atomic<unsigned>, 8> served{};
  on_threads(16, [&](int) {
    for (unsigned i; (i = next++) < count;) {
      const std::uint32_t length = i % 10 == 0 ? i / 10 : i * 2654435761u % longest;
      ++served[exchange(port, i + 1, length) % 8];
      sums.add(length);
    }
  });
  std::array<unsigned, 8> result{};
  for (std::size_t i = 0; i < result.size(); ++i) result[i] = served[i];
  return result;
}

void check_arguments(const std::string& program) {
  expect_refusal({program}, 2, "--listen");
  expect_refusal({program, "--listen", "127.0.0.1:0"}, 2, "backend");
  expect_refusal({program, "--listen", "nowhere", "--backend", "127.0.0.1:1"}, 2, "nowhere");
  const auto taken = listen_on(0, 1);
  expect_refusal({program, "--listen", "127.0.0.1:" + std::to_string(taken.port), "--backend", "127.0.0.1:1"},
                 1, "cannot listen");
}

/// The day. `messages` is what the proxy says to standard error.
void run(const std::string& program, std::string& messages) {
  check_arguments(program);

  Backend first(1), second(2), third(3), fourth(4);
  const BlackHole black_hole;
  TempFile config;
  config.write("# one address a line\n" + third.address() + "\n");
  Child proxy({program,
               "--listen",
               "127.0.0.1:0",
               "--admin",
               "127.0.0.1:0",
               "--backend",
               first.address(),
               "--backend",
               second.address(),
               "--backend",
               black_hole.address(),
               "--config",
               config.path(),
               "--connect-timeout",
               std::to_string(kConnectTimeout.count()),
               "--idle-timeout",
               std::to_string(kIdleTimeout.count()),
               "--health-interval",
               "200",
               "--workers",
               "2"});
  const Recorder recorder(proxy, messages);
  const auto port = port_of(proxy.read_line("listening on ", in(5s)));
  const auto admin = port_of(proxy.read_line("admin on ", in(5s)));
  Sums sums;

  // A backend that cannot be reached in time is given up, and clients go to others.
  await_status(admin, 5s, "the file's backend is not in the list",
               [&](const Status& status) { return status.has("backend " + third.address()); });
  exchange_many(port, 8, 1000, sums);
  await_status(admin, 3s, "connecting to a black hole does not time out", [&](const Status& status) {
    return status["connect_timeouts"] > 0 && status.has(black_hole.address() + " down");
  });

  // Everybody gets a share, and every byte arrives.
  constexpr unsigned kMany = 240;
  auto served = exchange_many(port, kMany, 60'000, sums);
  for (const unsigned backend : {1u, 2u, 3u}) {
    check(served[backend] >= kMany / 5, "backend " + std::to_string(backend) + " got " +
                                            std::to_string(served[backend]) + " of " + std::to_string(kMany) +
                                            " connections");
  }
  exchange_many(port, 4, 4'000'000, sums);

  // One dies: its share goes to the others. It comes back: it gets a share again.
  second.stop();
  served = exchange_many(port, 60, 5000, sums);
  check(served[2] == 0, "a dead backend served");
  await_status(admin, 3s, "a dead backend is not down",
               [&](const Status& status) { return status.has(second.address() + " down"); });
  second.start();
  await_status(admin, 5s, "a backend that came back is not up",
               [&](const Status& status) { return status.has(second.address() + " up"); });
  check(exchange_many(port, 30, 5000, sums)[2] > 0, "a backend that came back gets nothing");

  // The file changes: the new list counts.
  config.write(fourth.address() + "\nnot an address\n");
  await_status(admin, 3s, "a change of the file has no effect", [&](const Status& status) {
    return status.has("backend " + fourth.address()) && !status.has("backend " + third.address());
  });
  served = exchange_many(port, 30, 5000, sums);
  check(served[4] > 0 && served[3] == 0, "connections do not follow the changed list");
  check(ask(admin, "reload") == "ok\n", "reload is not answered with ok");
  check(ask(admin, "nonsense").find("unknown") != std::string::npos, "an unknown command is not refused");

  // Silence ends a connection; slowness does not.
  std::chrono::milliseconds silent_for{0};
  on_threads(2, [&](int i) {
    if (i == 0) {
      silent_for = stall(port);
    } else {
      exchange(port, 99, 6, kIdleTimeout * 2 / 5, 1);
      sums.add(6);
    }
  });
  check(silent_for >= kIdleTimeout - 50ms && silent_for < kIdleTimeout + 2s,
        "an idle connection was closed after " + std::to_string(silent_for.count()) + " ms");

  // What the proxy counted is what happened.
  await_status(admin, 3s,
               "the totals are not " + std::to_string(sums.connections) + " connections, " +
                   std::to_string(sums.up + bytes_up_of_stall()) + " bytes up and " +
                   std::to_string(sums.down) + " down",
               [&](const Status& status) {
                 return status["active"] == 0 && status["accepted"] == sums.connections + 1 &&
                        status["completed"] == sums.connections && status["failed"] == 0 &&
                        status["idle_closed"] == 1 && status["bytes_up"] == sums.up + bytes_up_of_stall() &&
                        status["bytes_down"] == sums.down;
               });

  // Interrupted, it takes no more clients, finishes with those it has, and ends.
  HalfWay last(port, 7, 100'000);
  proxy.signal(SIGINT);
  const auto deadline = in(3s);
  while (try_connect(port, in(1s))) {
    check(Clock::now() < deadline, "an interrupted proxy still accepts");
    std::this_thread::sleep_for(10ms);
  }
  last.finish();
  sums.add(100'000);
  const std::string farewell = proxy.read_rest(in(5s));
  check(proxy.wait(in(5s)) == 0, "an interrupted proxy does not exit with 0");
  check(farewell.find("bytes_down " + std::to_string(sums.down) + "\n") != std::string::npos,
        "the last words are not the totals: " + farewell);

  std::cout << sums.connections << " connections, " << std::fixed << std::setprecision(1)
            << static_cast<double>(sums.up) / 1e6 << " MB each way, all bytes equal\n";
}

}  // namespace
}  // namespace traffic

int main(int argc, char** argv) {
  return traffic::run_script({"proxy_traffic", "the proxy", traffic::kTimeLimitSeconds}, argc, argv,
                             traffic::run);
}
