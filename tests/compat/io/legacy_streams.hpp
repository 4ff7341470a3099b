// Streams as people wrote them for 0.2, and running a future by hand.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/future.hpp>
#include <ferry/io.hpp>

#include "runtime/io/script.hpp"
#include "support/spawn.hpp"

namespace ferry::test {

/// Polls until it is ready; a pending future must have woken its task.
template <class Make>
auto run(Make make) {
  auto future = test::spawn(make);
  for (;;) {
    auto polled = future.poll();
    if (polled.is_ready()) return *std::move(polled);
    REQUIRE(future.is_woken());
  }
}

/// Gives its text in pieces of up to `piece` bytes, pending before each.
class LegacyReader {
 public:
  LegacyReader(std::string text, std::size_t piece) : text_(std::move(text)), piece_(piece) {}

  Poll<io::Result<std::size_t>> poll_read(Context& cx, std::span<std::byte> buffer) {
    if (!std::exchange(is_due_, !is_due_)) {
      cx.waker().wake_by_ref();
      return pending;
    }
    const std::size_t size = std::min({buffer.size(), piece_, text_.size()});
    std::ranges::copy(std::as_bytes(std::span(text_)).first(size), buffer.begin());
    text_.erase(0, size);
    return io::Result<std::size_t>(size);
  }

  std::string& text() noexcept { return text_; }
  std::size_t piece() const noexcept { return piece_; }

 private:
  std::string text_;
  std::size_t piece_;
  bool is_due_ = false;
};

/// Reads in the old way, and can be written to.
class LegacyStream : public LegacyReader, public RecordingWriter {
 public:
  using LegacyReader::LegacyReader;
};

/// Shows its text in pieces of up to `piece` bytes.
class LegacyBufReader {
 public:
  LegacyBufReader(std::string text, std::size_t piece) : text_(std::move(text)), piece_(piece) {}

  Poll<io::Result<std::size_t>> poll_read(Context& cx, std::span<std::byte> buffer) {
    const auto filled = poll_fill_buf(cx);
    if (filled.is_pending()) return pending;
    const std::size_t size = std::min(buffer.size(), (*filled)->size());
    std::ranges::copy((*filled)->first(size), buffer.begin());
    consume(size);
    return io::Result<std::size_t>(size);
  }
  Poll<io::Result<std::span<const std::byte>>> poll_fill_buf(Context& cx) {
    if (!std::exchange(is_due_, true)) {
      cx.waker().wake_by_ref();
      return pending;
    }
    const auto rest = std::as_bytes(std::span(text_)).subspan(used_);
    return io::Result<std::span<const std::byte>>(rest.first(std::min(piece_, rest.size())));
  }
  void consume(std::size_t size) {
    used_ += size;
    is_due_ = false;
  }

 private:
  std::string text_;
  std::size_t piece_;
  std::size_t used_ = 0;
  bool is_due_ = false;
};

/// A seeker of 0.2: a seek waits once before it begins and once before it is complete, and must be begun
/// before `poll_complete`.
class LegacySeeker {
 public:
  Poll<io::Result<void>> start_seek(Context& cx, io::SeekFrom position) {
    if (!std::exchange(may_start, true)) {
      cx.waker().wake_by_ref();
      return pending;
    }
    may_start = false;
    ++starts;
    if (error) return io::Result<void>(error);
    wanted_ = position;
    is_moving_ = true;
    return io::Result<void>();
  }
  Poll<io::Result<std::uint64_t>> poll_complete(Context& cx) {
    REQUIRE(is_moving_);  // 0.2 had seekers that panicked
    if (!std::exchange(may_complete_, true)) {
      cx.waker().wake_by_ref();
      return pending;
    }
    may_complete_ = is_moving_ = false;
    if (wanted_.origin() == io::SeekFrom::Origin::Start) position_ = 0;
    position_ += static_cast<std::uint64_t>(wanted_.offset());
    return io::Result<std::uint64_t>(position_);
  }

  int starts = 0;
  bool may_start = false;
  io::Error error;

 private:
  io::SeekFrom wanted_ = io::SeekFrom::start(0);
  std::uint64_t position_ = 0;
  bool is_moving_ = false;
  bool may_complete_ = false;
};

/// A buffer of bytes 0.5 that is made of several pieces.
class LegacyBuf {
 public:
  explicit LegacyBuf(std::vector<std::string> pieces) : pieces_(std::move(pieces)) {}

  std::size_t remaining() const {
    std::size_t size = 0;
    for (const std::string& piece : pieces_) size += piece.size();
    return size;
  }
  std::span<const std::byte> bytes() const {
    return pieces_.empty() ? std::span<const std::byte>() : std::as_bytes(std::span(pieces_.front()));
  }
  std::size_t bytes_vectored(std::span<std::span<const std::byte>> pieces) const {
    const std::size_t count = std::min(pieces.size(), pieces_.size());
    for (std::size_t i = 0; i < count; ++i) pieces[i] = std::as_bytes(std::span(pieces_[i]));
    return count;
  }
  void advance(std::size_t size) {
    while (size > 0) {
      const std::size_t used = std::min(size, pieces_.front().size());
      pieces_.front().erase(0, used);
      if (pieces_.front().empty()) pieces_.erase(pieces_.begin());
      size -= used;
    }
  }

 private:
  std::vector<std::string> pieces_;
};

/// Room of bytes 0.5.
class LegacyRoom {
 public:
  std::size_t remaining_mut() const { return memory_.size() - size_; }
  std::span<std::byte> bytes_mut() { return std::span(memory_).subspan(size_); }
  void advance_mut(std::size_t size) { size_ += size; }
  std::string text() const { return text_of(std::span(memory_).first(size_)); }

 private:
  std::array<std::byte, 6> memory_{};
  std::size_t size_ = 0;
};

inline Context& nobody() {
  static Context cx(Waker::noop());
  return cx;
}

}  // namespace ferry::test
