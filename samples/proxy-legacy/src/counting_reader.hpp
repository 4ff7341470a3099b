// A reader that counts what comes through it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include <ferry/v0_2/io.hpp>
#include <ferry/v0_2/net.hpp>
#include <ferry/v0_2/time.hpp>

#include "rt.hpp"

namespace proxy {

/// What has moved over one connection, and when it last did.
struct Traffic {
  std::uint64_t up = 0;
  std::uint64_t down = 0;
  rt::time::Instant last_byte_at = rt::time::Instant::now();
};

/// Reads from a stream and adds the bytes to `count`.
class CountingReader {
 public:
  CountingReader(rt::net::TcpStream& stream, std::uint64_t& count, rt::time::Instant& last_byte_at)
      : stream_(stream), count_(count), last_byte_at_(last_byte_at) {}

  rt::Poll<rt::io::Result<std::size_t>> poll_read(rt::Context& cx, std::span<std::byte> buffer) {
    auto polled = stream_.poll_read(cx, buffer);
    if (polled.is_ready() && polled->has_value()) {
      count_ += polled->value();
      last_byte_at_ = rt::time::Instant::now();
    }
    return polled;
  }

 private:
  rt::net::TcpStream& stream_;
  std::uint64_t& count_;
  rt::time::Instant& last_byte_at_;
};

}  // namespace proxy
