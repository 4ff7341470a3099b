#include <algorithm>
#include <cerrno>
#include <mutex>
#include <vector>

#include <ferry/detail/coop.hpp>
#include <ferry/io/duplex.hpp>
#include <ferry/waker.hpp>

namespace ferry::io {

// One direction: a ring of bytes, and who waits for it to be filled or emptied. Wakers are called after the
// lock is released.
class detail::Pipe {
 public:
  explicit Pipe(std::size_t max_size) : ring_(max_size) {}

  Poll<Result<void>> poll_read(Context& cx, ReadBuf& buf) {
    if (ferry::detail::must_yield(cx)) return pending;
    if (buf.remaining() == 0) return Result<void>();
    Waker writer = Waker::noop();
    {
      Waker reader = cx.waker();
      std::lock_guard lock(mutex_);
      if (size_ == 0) {
        if (!is_closed_) {
          std::swap(reader_, reader);
          return pending;
        }
      }
      ferry::detail::spend_budget(cx);
      while (size_ > 0 && buf.remaining() > 0) {
        const std::size_t piece = std::min({size_, ring_.size() - begin_, buf.remaining()});
        buf.put_slice(std::span(ring_).subspan(begin_, piece));
        begin_ = (begin_ + piece) % ring_.size();
        size_ -= piece;
      }
      std::swap(writer_, writer);
    }
    std::move(writer).wake();
    return Result<void>();
  }

  Poll<Result<std::size_t>> poll_write(Context& cx, std::span<const std::span<const std::byte>> pieces) {
    if (ferry::detail::must_yield(cx)) return pending;
    Waker reader = Waker::noop();
    std::size_t written = 0;
    {
      Waker writer = cx.waker();
      std::lock_guard lock(mutex_);
      if (is_closed_) return Result<std::size_t>(kBroken);
      if (std::ranges::all_of(pieces, [](std::span<const std::byte> piece) { return piece.empty(); }))
        return Result<std::size_t>(std::size_t{0});
      if (size_ == ring_.size()) {
        std::swap(writer_, writer);
        return pending;
      }
      ferry::detail::spend_budget(cx);
      for (const std::span<const std::byte> piece : pieces) written += append(piece);
      std::swap(reader_, reader);
    }
    std::move(reader).wake();
    return Result<std::size_t>(written);
  }

  Result<void> flush() {
    std::lock_guard lock(mutex_);
    if (is_closed_) return kBroken;
    return {};
  }

  // No more is written; what is in the ring can still be read.
  void close() noexcept {
    Waker reader = Waker::noop();
    Waker writer = Waker::noop();
    {
      std::lock_guard lock(mutex_);
      is_closed_ = true;
      std::swap(reader_, reader);
      std::swap(writer_, writer);
    }
    std::move(reader).wake();
    std::move(writer).wake();
  }

 private:
  inline static const Error kBroken{EPIPE, boost::system::system_category()};

  // As much of `data` as there is room for.
  std::size_t append(std::span<const std::byte> data) {
    std::size_t written = 0;
    while (size_ < ring_.size() && written < data.size()) {
      const std::size_t end = (begin_ + size_) % ring_.size();
      const std::size_t room = std::min(ring_.size() - size_, ring_.size() - end);
      const std::span piece = data.subspan(written, std::min(room, data.size() - written));
      std::ranges::copy(piece, ring_.begin() + static_cast<std::ptrdiff_t>(end));
      size_ += piece.size();
      written += piece.size();
    }
    return written;
  }

  std::mutex mutex_;
  std::vector<std::byte> ring_;
  std::size_t begin_ = 0;
  std::size_t size_ = 0;
  bool is_closed_ = false;
  Waker reader_ = Waker::noop();
  Waker writer_ = Waker::noop();
};

SimplexReader::~SimplexReader() {
  if (pipe_ != nullptr) pipe_->close();
}

Poll<Result<void>> SimplexReader::poll_read(Context& cx, ReadBuf& buf) { return pipe_->poll_read(cx, buf); }

SimplexWriter::~SimplexWriter() {
  if (pipe_ != nullptr) pipe_->close();
}

Poll<Result<std::size_t>> SimplexWriter::poll_write(Context& cx, std::span<const std::byte> data) {
  return pipe_->poll_write(cx, std::span(&data, 1));
}
Poll<Result<std::size_t>> SimplexWriter::poll_write_vectored(
    Context& cx, std::span<const std::span<const std::byte>> pieces) {
  return pipe_->poll_write(cx, pieces);
}
Poll<Result<void>> SimplexWriter::poll_flush(Context&) { return pipe_->flush(); }
Poll<Result<void>> SimplexWriter::poll_shutdown(Context&) {
  pipe_->close();
  return Result<void>();
}

std::pair<SimplexReader, SimplexWriter> simplex(std::size_t max_size) {
  auto pipe = std::make_shared<detail::Pipe>(max_size);
  return {SimplexReader(pipe), SimplexWriter(pipe)};
}

SimplexStream SimplexStream::new_unsplit(std::size_t max_size) {
  auto [reader, writer] = simplex(max_size);
  return SimplexStream(std::move(reader), std::move(writer));
}

std::pair<DuplexStream, DuplexStream> duplex(std::size_t max_size) {
  auto [there_reader, there_writer] = simplex(max_size);
  auto [back_reader, back_writer] = simplex(max_size);
  return {DuplexStream(std::move(back_reader), std::move(there_writer)),
          DuplexStream(std::move(there_reader), std::move(back_writer))};
}

}  // namespace ferry::io
