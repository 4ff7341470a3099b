// The servers that the proxy balances over.
#pragma once

#include <atomic>
#include <list>
#include <thread>
#include <vector>

#include "net.hpp"

namespace traffic {

/// Answers as pattern.hpp says; one thread a connection.
class Backend {
 public:
  explicit Backend(std::uint32_t number, std::uint16_t port = 0);
  ~Backend() { stop(); }

  std::uint16_t port() const { return port_; }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  /// How many exchanges it has served to the end.
  unsigned served() const { return served_; }

  /// Dies: its listener and its connections are closed.
  void stop();
  /// Comes back at the same port.
  void start();

 private:
  void accept_all();
  void serve(int raw);

  const std::uint32_t number_;
  std::uint16_t port_;
  Fd listener_;
  std::atomic<bool> is_stopping_{false};
  std::atomic<unsigned> served_{0};
  std::thread acceptor_;
  std::list<std::thread> connections_;
};

/// A listener whose queue is full: connecting to it neither succeeds nor fails.
class BlackHole {
 public:
  BlackHole();
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  Fd listener_;
  std::uint16_t port_;
  std::vector<Fd> fillers_;
};

}  // namespace traffic
