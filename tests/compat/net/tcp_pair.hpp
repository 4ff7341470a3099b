// Two connected TcpStreams of 0.2 on the loopback.
#pragma once

#include <utility>

#include <ferry/v0_2/net.hpp>
#include <ferry/v0_2/task.hpp>

namespace ferry::test {

/// The connecting side, then the accepting side.
inline Task<std::pair<v0_2::net::TcpStream, v0_2::net::TcpStream>> legacy_tcp_pair() {
  auto listener = (co_await v0_2::net::TcpListener::bind("127.0.0.1:0")).value();
  auto client = (co_await v0_2::net::TcpStream::connect(listener.local_addr().value())).value();
  auto accepted = (co_await listener.accept()).value();
  co_return std::pair(std::move(client), std::move(accepted.first));
}

}  // namespace ferry::test
