#include "io/blocking.hpp"

#include <algorithm>
#include <cerrno>
#include <unistd.h>
#include <utility>

#include <ferry/detail/blocking_cell.hpp>
#include <ferry/detail/scheduler.hpp>
#include <ferry/io/error.hpp>

#include "runtime/shutdown_error.hpp"

namespace ferry::io::detail {
namespace {

// `call()`, again for as long as a signal interrupts it.
template <class Call>
ssize_t uninterrupted(Call call) {
  ssize_t result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

Error write_all(int fd, std::span<const std::byte> data) {
  while (!data.empty()) {
    const ssize_t size = uninterrupted([&] { return ::write(fd, data.data(), data.size()); });
    if (size < 0) return last_os_error();
    if (size == 0) return ErrorKind::WriteZero;
    data = data.subspan(static_cast<std::size_t>(size));
  }
  return {};
}

}  // namespace

template <class Job>
void BlockingTransfer::start(const char* call, Job job) {
  running_.emplace(ferry::detail::spawn_blocking_on(ferry::detail::require_scheduler(call), std::move(job)));
}

Poll<BlockingTransfer::Done> BlockingTransfer::poll(Context& cx) {
  auto joined = running_->poll(cx);
  if (joined.is_pending()) return pending;
  running_.reset();
  if (!*joined) return Done{.buffer = {}, .error = ferry::detail::shutdown_error()};
  return **std::move(joined);
}

Poll<Result<void>> BlockingReader::poll_read(Context& cx, ReadBuf& buf) {
  if (buf.remaining() == 0) return Result<void>();
  if (begin_ == buffer_.size()) {
    if (!transfer_.is_running()) {
      begin_ = 0;
      buffer_.resize(std::min(buf.remaining(), kMaxBlockingTransfer));
      transfer_.start("io::Stdin", [fd = fd_, buffer = std::exchange(buffer_, {})]() mutable {
        const ssize_t size = uninterrupted([&] { return ::read(fd, buffer.data(), buffer.size()); });
        const Error error = size < 0 ? last_os_error() : Error();
        buffer.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
        return BlockingTransfer::Done{.buffer = std::move(buffer), .error = error};
      });
    }
    Poll<BlockingTransfer::Done> done = transfer_.poll(cx);
    if (done.is_pending()) return pending;
    buffer_ = std::move(done->buffer);
    if (done->error) return Result<void>(done->error);
  }
  const std::span<const std::byte> data = std::span(buffer_).subspan(begin_);
  const std::size_t size = std::min(data.size(), buf.remaining());
  buf.put_slice(data.first(size));
  begin_ += size;
  return Result<void>();
}

Poll<Result<std::size_t>> BlockingWriter::poll_write(Context& cx, std::span<const std::byte> data) {
  const Poll<Result<void>> earlier = poll_flush(cx);
  if (earlier.is_pending()) return pending;
  if (!*earlier) return Result<std::size_t>(earlier->error());
  const std::size_t size = std::min(data.size(), kMaxBlockingTransfer);
  if (size == 0) return Result<std::size_t>(size);
  buffer_.assign(data.begin(), data.begin() + static_cast<std::ptrdiff_t>(size));
  transfer_.start("io::Stdout", [fd = fd_, turn = turn_, buffer = std::exchange(buffer_, {})]() mutable {
    const std::lock_guard lock(*turn);
    const Error error = write_all(fd, buffer);
    return BlockingTransfer::Done{.buffer = std::move(buffer), .error = error};
  });
  return Result<std::size_t>(size);
}

Poll<Result<void>> BlockingWriter::poll_flush(Context& cx) {
  if (!transfer_.is_running()) return Result<void>();
  Poll<BlockingTransfer::Done> done = transfer_.poll(cx);
  if (done.is_pending()) return pending;
  buffer_ = std::move(done->buffer);
  return done->error ? Result<void>(done->error) : Result<void>();
}

}  // namespace ferry::io::detail
