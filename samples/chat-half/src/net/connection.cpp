#include "connection.hpp"

#include <chrono>
#include <utility>

namespace chat {

using namespace std::chrono_literals;

Connection::Connection(rt::net::TcpStream stream, std::shared_ptr<Totals> totals)
    : stream_(std::move(stream)), totals_(std::move(totals)) {
  auto& tcp = std::get<rt::net::TcpStream>(stream_);
  (void)tcp.set_nodelay(true);
  (void)tcp.set_keepalive(60s);
}

Connection::Connection(rt::net::UnixStream stream, std::shared_ptr<Totals> totals)
    : stream_(std::move(stream)), totals_(std::move(totals)) {}

rt::Poll<rt::io::Result<std::size_t>> Connection::poll_read(rt::Context& cx, std::span<std::byte> buffer) {
  auto polled = std::visit([&](auto& stream) { return stream.poll_read(cx, buffer); }, stream_);
  if (polled.is_ready() && *polled) totals_->bytes_in += **polled;
  return polled;
}

rt::Poll<rt::io::Result<std::size_t>> Connection::poll_write(rt::Context& cx,
                                                             std::span<const std::byte> data) {
  auto polled = std::visit([&](auto& stream) { return stream.poll_write(cx, data); }, stream_);
  if (polled.is_ready() && *polled) totals_->bytes_out += **polled;
  return polled;
}

rt::Poll<rt::io::Result<void>> Connection::poll_flush(rt::Context& cx) {
  return std::visit([&](auto& stream) { return stream.poll_flush(cx); }, stream_);
}

rt::Poll<rt::io::Result<void>> Connection::poll_shutdown(rt::Context& cx) {
  return std::visit([&](auto& stream) { return stream.poll_shutdown(cx); }, stream_);
}

}  // namespace chat
