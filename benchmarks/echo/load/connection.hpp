/// The load's end of a connection to an echo server.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace bench {

/// Says what `errno` means. Throws: std::system_error.
[[noreturn]] void throw_errno(const char* what);

class Connection {
 public:
  /// Connects to 127.0.0.1. The more connections there are, told by `index`, the more loopback addresses they
  /// come from, so that ports do not run out; and their messages differ, so that a server that mixes them up
  /// is found out.
  ///
  /// Throws: std::system_error.
  Connection(std::uint16_t port, std::size_t size_bytes, std::size_t index);
  Connection(Connection&& other) noexcept;
  Connection& operator=(Connection&&) = delete;
  ~Connection();

  [[nodiscard]] int descriptor() const noexcept { return socket_; }

  /// Sends the message once more, however many replies are still due. What does not fit goes with the next
  /// `receive`.
  void send_request();

  /// Takes what has arrived, without waiting.
  ///
  /// Result: how many replies this made complete.
  /// Throws: std::runtime_error for another reply than the message, and for the end of the connection.
  std::size_t receive();

  /// Waits for all replies that are due.
  void await_replies();

 private:
  void send_more();
  // At most what `recv` gives at a time; 0 when there is nothing.
  std::size_t receive_some(int flags);
  void check(std::span<const char> piece);

  int socket_;
  std::vector<char> message_;
  // In bytes, from the beginning.
  std::size_t wanted_ = 0;
  std::size_t sent_ = 0;
  std::size_t received_ = 0;
};

/// So many connections, each of which has had one reply: the server knows all of them. `first_index` is the
/// index of the first.
std::vector<Connection> connect(std::uint16_t port, std::size_t size_bytes, std::size_t count,
                                std::size_t first_index);

}  // namespace bench
