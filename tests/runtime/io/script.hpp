// Readers and writers that do what a test tells them, step by step.
#pragma once

#include <algorithm>
#include <array>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <ferry/io/bytes.hpp>
#include <ferry/io/error.hpp>
#include <ferry/io/traits.hpp>

namespace ferry::test {

inline std::string text_of(std::span<const std::byte> bytes) {
  return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

/// Gives its pieces one a read; pending once before a piece that `wait()` precedes; then the end or an error.
class ScriptedReader {
 public:
  ScriptedReader& give(std::string piece) {
    steps_.emplace_back(std::move(piece));
    return *this;
  }
  ScriptedReader& wait() {
    steps_.emplace_back(std::nullopt);
    return *this;
  }
  ScriptedReader& fail(io::Error error) {
    error_ = error;
    return *this;
  }
  /// The reader by value, for one that is made in one expression.
  ScriptedReader build() { return std::move(*this); }

  Poll<io::Result<void>> poll_read(Context& cx, io::ReadBuf& buf) {
    if (steps_.empty()) return error_ ? io::Result<void>(*error_) : io::Result<void>();
    if (!steps_.front()) {
      steps_.pop_front();
      cx.waker().wake_by_ref();
      return pending;
    }
    std::string& piece = *steps_.front();
    const std::size_t size = std::min(piece.size(), buf.remaining());
    buf.put_slice(std::as_bytes(std::span(piece)).first(size));
    piece.erase(0, size);
    if (piece.empty()) steps_.pop_front();
    return io::Result<void>();
  }

 private:
  std::deque<std::optional<std::string>> steps_;
  std::optional<io::Error> error_;
};

/// Takes up to `limit` bytes a write while it is open, and keeps them; counts flushes and shutdowns.
class RecordingWriter {
 public:
  explicit RecordingWriter(std::size_t limit = std::string::npos) : limit(limit) {}

  Poll<io::Result<std::size_t>> poll_write(Context& cx, std::span<const std::byte> data) {
    if (!is_open) {
      waker = cx.waker();
      return pending;
    }
    const std::size_t size = std::min(limit, data.size());
    written += text_of(data.first(size));
    ++writes;
    return io::Result<std::size_t>(size);
  }
  Poll<io::Result<void>> poll_flush(Context&) {
    ++flushes;
    return io::Result<void>();
  }
  Poll<io::Result<void>> poll_shutdown(Context&) {
    ++shutdowns;
    return io::Result<void>();
  }

  std::size_t limit;
  bool is_open = true;
  std::string written;
  int writes = 0;
  int flushes = 0;
  int shutdowns = 0;
  Waker waker = Waker::noop();
};

/// The same, and takes several pieces in one write.
class VectoredWriter : public RecordingWriter {
 public:
  using RecordingWriter::RecordingWriter;

  Poll<io::Result<std::size_t>> poll_write_vectored(Context& cx,
                                                    std::span<const std::span<const std::byte>> pieces) {
    std::string together;
    for (const std::span<const std::byte> piece : pieces) together += text_of(piece);
    most_pieces = std::max(most_pieces, pieces.size());
    return poll_write(cx, std::as_bytes(std::span(together)));
  }

  std::size_t most_pieces = 0;  // in one write
};

/// The pieces of a vectored write, as views of string literals.
template <std::size_t N>
std::array<std::span<const std::byte>, N> pieces_of(const std::string_view (&texts)[N]) {
  std::array<std::span<const std::byte>, N> pieces;
  std::ranges::transform(texts, pieces.begin(),
                         [](std::string_view text) { return std::as_bytes(std::span(text)); });
  return pieces;
}

}  // namespace ferry::test
