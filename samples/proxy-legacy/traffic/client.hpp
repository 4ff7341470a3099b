// A client of the proxy, which believes nobody.
#pragma once

#include <cstdint>

#include "net.hpp"

namespace traffic {

/// Sends `length` bytes while it receives as many, checks each, and that the backend saw the same.
/// Gives the number of the backend that served it; Failure when anything is different.
///
/// With `pause` it waits that long before every `chunk` bytes.
std::uint32_t exchange(std::uint16_t port, std::uint64_t seed, std::uint32_t length,
                       std::chrono::milliseconds pause = {}, std::uint32_t chunk = 8192);

/// An exchange whose two halves somebody else wants to look between.
class HalfWay {
 public:
  HalfWay(std::uint16_t port, std::uint64_t seed, std::uint32_t length);
  void finish();

 private:
  Fd fd_;
  std::uint64_t seed_;
  std::uint32_t length_;
};

/// Says that it wants to be stalled; gives how long it took until the proxy closed the connection.
std::chrono::milliseconds stall(std::uint16_t port);

/// What an exchange of `length` bytes puts on the wire, from and to the client.
std::uint64_t bytes_up(std::uint32_t length);
std::uint64_t bytes_down(std::uint32_t length);
std::uint64_t bytes_up_of_stall();

}  // namespace traffic
