// SinkWriter and CopyToBytes: a sink of bytes as a writer.
#pragma once

#include <concepts>
#include <cstddef>
#include <span>
#include <type_traits>
#include <utility>

#include <ferry/result.hpp>
#include <ferry/util/bytes_mut.hpp>
#include <ferry/util/sink.hpp>

namespace ferry::util {

/// Writes to `S`, a sink of borrowed bytes whose errors become `io::Error`s: one item a write. Such sinks are
/// those of codecs that encode bytes, and those in a `CopyToBytes`. Shutting it down closes the sink.
///
/// Thread safety: owned by one task at a time.
/// Tokio: `tokio_util::io::SinkWriter`.
template <class S>
  requires(Sink<S, std::span<const std::byte>&> && std::convertible_to<SinkError<S>, io::Error>)
class SinkWriter {
 public:
  explicit SinkWriter(S sink) : sink_(std::forward<S>(sink)) {}

  Poll<io::Result<std::size_t>> poll_write(Context& cx, std::span<const std::byte> data) {
    Poll<io::Result<void>> ready = io_result(sink_.poll_ready(cx));
    if (ready.is_pending()) return pending;
    if (!*ready) return io::Result<std::size_t>(ready->error());
    Result<void, SinkError<S>> sent = sink_.start_send(data);
    if (!sent) return io::Result<std::size_t>(static_cast<io::Error>(std::move(sent).error()));
    return io::Result<std::size_t>(data.size());
  }
  Poll<io::Result<void>> poll_flush(Context& cx) { return io_result(sink_.poll_flush(cx)); }
  Poll<io::Result<void>> poll_shutdown(Context& cx) { return io_result(sink_.poll_close(cx)); }

  const std::remove_reference_t<S>& get_ref() const noexcept { return sink_; }
  std::remove_reference_t<S>& get_mut() noexcept { return sink_; }
  S into_inner() && { return std::forward<S>(sink_); }

 private:
  static Poll<io::Result<void>> io_result(Poll<Result<void, SinkError<S>>> polled) {
    if (polled.is_pending()) return pending;
    if (!*polled) return io::Result<void>(static_cast<io::Error>(std::move(*polled).error()));
    return io::Result<void>();
  }

  S sink_;
};

/// A sink of borrowed bytes made of `S`, a sink of `BytesMut`: copies them.
///
/// Thread safety: owned by one task at a time.
/// Cost: one allocation an item.
/// Tokio: `tokio_util::io::CopyToBytes`.
template <class S>
  requires Sink<S, BytesMut>
class CopyToBytes {
 public:
  using Error = SinkError<S>;

  explicit CopyToBytes(S sink) : sink_(std::forward<S>(sink)) {}

  Poll<Result<void, Error>> poll_ready(Context& cx) { return sink_.poll_ready(cx); }
  [[nodiscard]] Result<void, Error> start_send(std::span<const std::byte> bytes) {
    return sink_.start_send(BytesMut(bytes));
  }
  Poll<Result<void, Error>> poll_flush(Context& cx) { return sink_.poll_flush(cx); }
  Poll<Result<void, Error>> poll_close(Context& cx) { return sink_.poll_close(cx); }

  const std::remove_reference_t<S>& get_ref() const noexcept { return sink_; }
  std::remove_reference_t<S>& get_mut() noexcept { return sink_; }
  S into_inner() && { return std::forward<S>(sink_); }

 private:
  S sink_;
};

}  // namespace ferry::util
