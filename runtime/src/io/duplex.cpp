#include <algorithm>
#include <cerrno>
#include <mutex>
#include <vector>

#include <ferry/io/duplex.hpp>
#include <ferry/waker.hpp>

namespace ferry::io {

// One direction: a ring of bytes, and who waits for it to be filled or emptied. Wakers are called after the
// lock is released.
class DuplexStream::Pipe {
 public:
  explicit Pipe(std::size_t max_size) : ring_(max_size) {}

  Poll<Result<void>> poll_read(Context& cx, ReadBuf& buf) {
    if (!cx.poll_proceed()) return pending;
    Waker writer = Waker::noop();
    {
      Waker reader = cx.waker();
      std::lock_guard lock(mutex_);
      if (size_ == 0) {
        if (is_closed_) return Result<void>();
        std::swap(reader_, reader);
        return pending;
      }
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

  Poll<Result<std::size_t>> poll_write(Context& cx, std::span<const std::byte> data) {
    if (!cx.poll_proceed()) return pending;
    Waker reader = Waker::noop();
    std::size_t written = 0;
    {
      Waker writer = cx.waker();
      std::lock_guard lock(mutex_);
      if (is_closed_) return Result<std::size_t>(Error(EPIPE, boost::system::system_category()));
      if (size_ == ring_.size() && !data.empty()) {
        std::swap(writer_, writer);
        return pending;
      }
      while (size_ < ring_.size() && written < data.size()) {
        const std::size_t end = (begin_ + size_) % ring_.size();
        const std::size_t room = std::min(ring_.size() - size_, ring_.size() - end);
        const std::span piece = data.subspan(written, std::min(room, data.size() - written));
        std::ranges::copy(piece, ring_.begin() + static_cast<std::ptrdiff_t>(end));
        size_ += piece.size();
        written += piece.size();
      }
      std::swap(reader_, reader);
    }
    std::move(reader).wake();
    return Result<std::size_t>(written);
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
  std::mutex mutex_;
  std::vector<std::byte> ring_;
  std::size_t begin_ = 0;
  std::size_t size_ = 0;
  bool is_closed_ = false;
  Waker reader_ = Waker::noop();
  Waker writer_ = Waker::noop();
};

DuplexStream::DuplexStream(std::shared_ptr<Pipe> input, std::shared_ptr<Pipe> output) noexcept
    : input_(std::move(input)), output_(std::move(output)) {}
DuplexStream::DuplexStream(DuplexStream&&) noexcept = default;
DuplexStream& DuplexStream::operator=(DuplexStream&& other) noexcept {
  if (this != &other) {
    close();
    input_ = std::move(other.input_);
    output_ = std::move(other.output_);
  }
  return *this;
}
DuplexStream::~DuplexStream() { close(); }

void DuplexStream::close() noexcept {
  if (input_ == nullptr) return;
  input_->close();
  output_->close();
}

Poll<Result<void>> DuplexStream::poll_read(Context& cx, ReadBuf& buf) { return input_->poll_read(cx, buf); }

Poll<Result<std::size_t>> DuplexStream::poll_write(Context& cx, std::span<const std::byte> data) {
  return output_->poll_write(cx, data);
}

Poll<Result<void>> DuplexStream::poll_flush(Context&) { return Result<void>(); }

Poll<Result<void>> DuplexStream::poll_shutdown(Context&) {
  output_->close();
  return Result<void>();
}

std::pair<DuplexStream, DuplexStream> duplex(std::size_t max_size) {
  auto there = std::make_shared<DuplexStream::Pipe>(max_size);
  auto back = std::make_shared<DuplexStream::Pipe>(max_size);
  return {DuplexStream(back, there), DuplexStream(there, back)};
}

}  // namespace ferry::io
