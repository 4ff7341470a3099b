#include "backends.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include "exchange.hpp"
#include "pattern.hpp"

namespace traffic {
namespace {

using namespace std::chrono_literals;

template <class T>
std::span<std::uint8_t> bytes_of(T& value) {
  return {reinterpret_cast<std::uint8_t*>(&value), sizeof value};
}

}  // namespace

Backend::Backend(std::uint32_t number, std::uint16_t port) : number_(number), port_(port) { start(); }

void Backend::start() {
  auto listening = listen_on(port_, 512);
  port_ = listening.port;
  listener_ = std::move(listening.fd);
  is_stopping_ = false;
  acceptor_ = std::thread([this] { accept_all(); });
}

void Backend::stop() {
  is_stopping_ = true;
  if (acceptor_.joinable()) acceptor_.join();
  for (auto& connection : connections_) connection.join();
  connections_.clear();
}

void Backend::accept_all() {
  while (!is_stopping_) {
    if (!wait_for(listener_.get(), POLLIN, in(20ms))) continue;
    const int fd = ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd >= 0) connections_.emplace_back([this, fd] { serve(fd); });
  }
  listener_.reset();
}

void Backend::serve(int raw) {
  const Fd fd(raw);
  try {
    Header header{};
    while (!wait_for(fd.get(), POLLIN, in(20ms))) {
      if (is_stopping_) return;
    }
    if (!receive_all(fd.get(), bytes_of(header), in(5s))) return;  // only looked whether anybody is here
    Pattern expected(header.seed);
    Pattern mine(~header.seed);
    std::array<std::uint8_t, 8192> buffer;
    bool is_intact = true;
    for (std::size_t left = header.length; left > 0 && header.kind == Header::Exchange;) {
      while (!wait_for(fd.get(), POLLIN, in(20ms))) {
        if (is_stopping_) return;
      }
      const auto count =
          receive_some(fd.get(), std::span(buffer).first(std::min(left, buffer.size())), in(0ms));
      if (count == 0) return;
      const auto chunk = std::span(buffer).first(count);
      is_intact = expected.matches(chunk) && is_intact;
      mine.fill(chunk);
      send_all(fd.get(), chunk, in(5s));
      left -= count;
    }
    while (!wait_for(fd.get(), POLLIN, in(20ms))) {
      if (is_stopping_) return;
    }
    if (receive_some(fd.get(), buffer, in(0ms)) != 0) is_intact = false;  // more than was announced
    if (header.kind == Header::Stall) return;
    ++served_;
    Trailer trailer{is_intact, number_};
    send_all(fd.get(), bytes_of(trailer), in(5s));
  } catch (const Failure&) {
    // The client of this connection sees that it ended early, and says so.
  }
}

BlackHole::BlackHole() {
  auto listening = listen_on(0, 0);
  listener_ = std::move(listening.fd);
  port_ = listening.port;
  for (int i = 0; i < 16; ++i) {
    Fd filler(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port_);
    (void)::connect(filler.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
    const bool is_full = !wait_for(filler.get(), POLLOUT, in(100ms));
    fillers_.push_back(std::move(filler));
    if (is_full) return;
  }
  throw Failure("a listener's queue could not be filled, so nothing can time out while connecting");
}

}  // namespace traffic
