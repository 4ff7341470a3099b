// A client of the chat server, which looks at every line.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <string>

#include "net.hpp"

namespace traffic {

/// What all clients of a server together have done.
struct Sums {
  std::atomic<std::uint64_t> clients{0};
  std::atomic<std::uint64_t> messages{0};
  std::atomic<std::uint64_t> bytes_sent{0};
  std::atomic<std::uint64_t> bytes_received{0};
};

class Client {
 public:
  /// Over TCP. `sums` must outlive it.
  Client(std::uint16_t port, Sums& sums);
  /// Over a Unix socket.
  Client(const std::string& path, Sums& sums);

  void send(const std::string& line);
  /// The rest of the first line that begins with `prefix`. Those before it are kept for later.
  std::string expect(const std::string& prefix);
  /// The first line that is kept or comes.
  std::string next_line();
  /// Whether no line comes for so long.
  bool is_silent_for(std::chrono::milliseconds time);
  /// Failure when there is anything but the end of the connection.
  void expect_end();

  /// Says it and waits for the answer "ok VERB", whose rest it gives.
  std::string command(const std::string& line);
  /// Takes a name and enters a room.
  void enter(const std::string& nick, const std::string& room);
  void say(const std::string& room, const std::string& text);
  void quit();

 private:
  Client(Fd fd, Sums& sums);
  /// Reads a line that is there or comes in time.
  bool receive_line(std::string& line, Deadline deadline);

  Fd fd_;
  Sums& sums_;
  std::string buffered_;
  std::deque<std::string> lines_;
};

}  // namespace traffic
