// A reader that counts what comes through it.
#pragma once

#include <cstddef>
#include <cstdint>

#include <ferry/io.hpp>
#include <ferry/net.hpp>
#include <ferry/time.hpp>

namespace proxy {

/// What has moved over one connection, and when it last did.
struct Traffic {
  std::uint64_t up = 0;
  std::uint64_t down = 0;
  ferry::time::Instant last_byte_at = ferry::time::Instant::now();
};

/// Reads from a stream and adds the bytes to `count`.
class CountingReader {
 public:
  CountingReader(const ferry::net::TcpStream& stream, std::uint64_t& count,
                 ferry::time::Instant& last_byte_at)
      : stream_(stream), count_(count), last_byte_at_(last_byte_at) {}

  ferry::Poll<ferry::io::Result<void>> poll_read(ferry::Context& cx, ferry::io::ReadBuf& buf) {
    const std::size_t before = buf.filled().size();
    auto polled = stream_.poll_read(cx, buf);
    if (const std::size_t count = buf.filled().size() - before; count > 0) {
      count_ += count;
      last_byte_at_ = ferry::time::Instant::now();
    }
    return polled;
  }

 private:
  const ferry::net::TcpStream& stream_;
  std::uint64_t& count_;
  ferry::time::Instant& last_byte_at_;
};

}  // namespace proxy
