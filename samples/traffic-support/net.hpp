// Loopback sockets with deadlines. Whatever goes wrong throws Failure, with a sentence that says what.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>

namespace traffic {

class Failure : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

using Clock = std::chrono::steady_clock;
using Deadline = Clock::time_point;

Deadline in(std::chrono::milliseconds time);

/// Owns a descriptor.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Fd() { reset(); }

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  void reset();

 private:
  int fd_ = -1;
};

struct Listening {
  Fd fd;
  std::uint16_t port;
};

/// Listens on 127.0.0.1; port 0 takes a free one.
Listening listen_on(std::uint16_t port, int backlog);

/// Connects to 127.0.0.1. None when nobody listens there.
std::optional<Fd> try_connect(std::uint16_t port, Deadline deadline);
Fd connect_to(std::uint16_t port, Deadline deadline);

void set_nonblocking(int fd);

/// Whether one of `events` (of poll) happened before the deadline; a hang-up or an error counts as one.
bool wait_for(int fd, short events, Deadline deadline);

/// Everything, or Failure.
void send_all(int fd, std::span<const std::uint8_t> bytes, Deadline deadline);
/// What is there, at least one byte; 0 at the end of the input or when the connection was reset.
std::size_t receive_some(int fd, std::span<std::uint8_t> bytes, Deadline deadline);
/// Exactly that many, false when the input ends before.
bool receive_all(int fd, std::span<std::uint8_t> bytes, Deadline deadline);

/// Sends `line`, gives all that is answered.
std::string ask(std::uint16_t port, const std::string& line);

}  // namespace traffic
