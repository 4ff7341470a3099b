#include "client.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <poll.h>
#include <sys/socket.h>
#include <thread>
#include <vector>

#include "exchange.hpp"
#include "pattern.hpp"

namespace traffic {
namespace {

using namespace std::chrono_literals;

using Bytes = std::span<const std::uint8_t>;

template <class T>
std::span<std::uint8_t> bytes_of(T& value) {
  return {reinterpret_cast<std::uint8_t*>(&value), sizeof value};
}

std::vector<std::uint8_t> pattern(std::uint64_t seed, std::uint32_t length) {
  std::vector<std::uint8_t> bytes(length);
  Pattern(seed).fill(bytes);
  return bytes;
}

void say_header(const Fd& fd, Header::Kind kind, std::uint32_t length, std::uint64_t seed) {
  Header header{kind, length, seed};
  send_all(fd.get(), bytes_of(header), in(5s));
}

// Sends and receives at the same time, so that neither side's buffers can fill up for good.
void swap_bytes(const Fd& fd, Bytes to_send, Bytes to_expect, Deadline deadline) {
  std::array<std::uint8_t, 8192> buffer;
  while (!to_send.empty() || !to_expect.empty()) {
    const short wanted =
        static_cast<short>((to_send.empty() ? 0 : POLLOUT) | (to_expect.empty() ? 0 : POLLIN));
    if (!wait_for(fd.get(), wanted, deadline)) {
      throw Failure("a connection stood still with " + std::to_string(to_expect.size()) + " bytes to come");
    }
    if (!to_send.empty()) {
      const auto sent = ::send(fd.get(), to_send.data(), to_send.size(), MSG_NOSIGNAL);
      if (sent < 0 && errno != EAGAIN) throw Failure(std::string("send: ") + std::strerror(errno));
      if (sent > 0) to_send = to_send.subspan(static_cast<std::size_t>(sent));
    }
    if (!to_expect.empty()) {
      const auto some = std::span(buffer).first(std::min(buffer.size(), to_expect.size()));
      const auto got = ::recv(fd.get(), some.data(), some.size(), 0);
      if (got < 0 && errno == EAGAIN) continue;
      if (got <= 0) {
        throw Failure("a connection ended with " + std::to_string(to_expect.size()) + " bytes to come");
      }
      if (std::memcmp(some.data(), to_expect.data(), static_cast<std::size_t>(got)) != 0) {
        throw Failure("bytes came back changed");
      }
      to_expect = to_expect.subspan(static_cast<std::size_t>(got));
    }
  }
}

std::uint32_t say_goodbye(const Fd& fd) {
  ::shutdown(fd.get(), SHUT_WR);
  Trailer trailer{};
  if (!receive_all(fd.get(), bytes_of(trailer), in(5s))) {
    throw Failure("a connection ended before its last bytes, though only its sending half was closed");
  }
  if (!trailer.is_intact) throw Failure("a backend got other bytes than were sent");
  std::uint8_t more = 0;
  if (receive_some(fd.get(), {&more, 1}, in(5s)) != 0) throw Failure("more came than was sent");
  return trailer.backend;
}

}  // namespace

std::uint32_t exchange(std::uint16_t port, std::uint64_t seed, std::uint32_t length,
                       std::chrono::milliseconds pause, std::uint32_t chunk) {
  const Fd fd = connect_to(port, in(5s));
  say_header(fd, Header::Exchange, length, seed);
  const auto mine = pattern(seed, length);
  const auto theirs = pattern(~seed, length);
  const std::size_t step = pause == 0ms ? length : chunk;
  for (std::size_t at = 0; at < length; at += step) {
    std::this_thread::sleep_for(pause);
    const std::size_t size = std::min<std::size_t>(step, length - at);
    swap_bytes(fd, std::span(mine).subspan(at, size), std::span(theirs).subspan(at, size), in(5s));
  }
  return say_goodbye(fd);
}

HalfWay::HalfWay(std::uint16_t port, std::uint64_t seed, std::uint32_t length)
    : fd_(connect_to(port, in(5s))), seed_(seed), length_(length) {
  say_header(fd_, Header::Exchange, length, seed);
  swap_bytes(fd_, Bytes(pattern(seed, length)).first(length / 2),
             Bytes(pattern(~seed, length)).first(length / 2), in(5s));
}

void HalfWay::finish() {
  swap_bytes(fd_, Bytes(pattern(seed_, length_)).subspan(length_ / 2),
             Bytes(pattern(~seed_, length_)).subspan(length_ / 2), in(5s));
  say_goodbye(fd_);
}

std::chrono::milliseconds stall(std::uint16_t port) {
  const Fd fd = connect_to(port, in(5s));
  say_header(fd, Header::Stall, 0, 0);
  const auto start = Clock::now();
  std::uint8_t byte = 0;
  if (receive_some(fd.get(), {&byte, 1}, in(5s)) != 0) throw Failure("a backend that says nothing was heard");
  return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
}

std::uint64_t bytes_up(std::uint32_t length) { return sizeof(Header) + length; }
std::uint64_t bytes_down(std::uint32_t length) { return length + sizeof(Trailer); }
std::uint64_t bytes_up_of_stall() { return sizeof(Header); }

}  // namespace traffic
