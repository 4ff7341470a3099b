// A connection of either kind, whose bytes are counted.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <variant>

#include <ferry/v0_2/io.hpp>
#include <ferry/v0_2/net.hpp>

#include "rt.hpp"
#include "totals.hpp"

namespace chat {

/// Reads and writes like the stream that it owns.
class Connection {
 public:
  Connection(rt::net::TcpStream stream, std::shared_ptr<Totals> totals);
  Connection(rt::net::UnixStream stream, std::shared_ptr<Totals> totals);

  rt::Poll<rt::io::Result<std::size_t>> poll_read(rt::Context& cx, std::span<std::byte> buffer);
  rt::Poll<rt::io::Result<std::size_t>> poll_write(rt::Context& cx, std::span<const std::byte> data);
  rt::Poll<rt::io::Result<void>> poll_flush(rt::Context& cx);
  rt::Poll<rt::io::Result<void>> poll_shutdown(rt::Context& cx);

 private:
  std::variant<rt::net::TcpStream, rt::net::UnixStream> stream_;
  std::shared_ptr<Totals> totals_;
};

}  // namespace chat
