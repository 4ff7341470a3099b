// Two connected TcpStreams on the loopback.
#pragma once

#include <utility>

#include <ferry/net.hpp>
#include <ferry/task.hpp>

namespace ferry::test {

/// A listener at a free port.
inline Task<net::TcpListener> listener() {
  auto bound = co_await net::TcpListener::bind("127.0.0.1:0");
  co_return std::move(bound).value();
}

/// The connecting side, then the accepting side.
inline Task<std::pair<net::TcpStream, net::TcpStream>> tcp_pair() {
  net::TcpListener listening = co_await listener();
  auto connected = co_await net::TcpStream::connect(listening.local_addr().value());
  auto accepted = co_await listening.accept();
  co_return std::pair(std::move(connected).value(), std::move(accepted).value().first);
}

}  // namespace ferry::test
