#include <cerrno>
#include <fcntl.h>
#include <mutex>
#include <stdexcept>
#include <sys/stat.h>

#include <ferry/fs/file.hpp>
#include <ferry/io/error.hpp>

#include "fs/steps.hpp"
#include "fs/transfer.hpp"

namespace ferry::fs {

using detail::Buffer;
using detail::DescriptorPtr;
using detail::SystemCall;
using detail::Transfer;

namespace {

constexpr std::size_t kMaxBufSize = std::size_t{2} << 20;

detail::Steps<void> sync_steps(DescriptorPtr file, SystemCall (*make)(int)) {
  const auto result = co_await make(file->get());
  co_return detail::done(result);
}

detail::Steps<Metadata> metadata_steps(DescriptorPtr file) {
  struct statx status{};
  const auto result = co_await SystemCall::status(file->get(), status);
  if (result < 0) co_return detail::error_of(result);
  co_return Metadata(status);
}

}  // namespace

// Every member but the mutex is under it.
class File::Inner {
 public:
  explicit Inner(int fd) : descriptor(new detail::Descriptor(fd)) {}
  Inner(const Inner&) = delete;
  Inner& operator=(const Inner&) = delete;
  ~Inner() {
    if (busy != nullptr) busy->abandon();
  }

  void start(std::shared_ptr<Transfer> transfer) {
    busy = std::move(transfer);
    busy->start(ferry::detail::require_scheduler("an operation on a file"));
  }

  /// What was in flight, when it has finished; else null, and the context's waker will be called.
  std::shared_ptr<Transfer> poll_busy(Context& cx) { return busy->poll(cx) ? settle() : nullptr; }

  /// Takes note of what has finished.
  std::shared_ptr<Transfer> settle() {
    std::shared_ptr<Transfer> finished = std::exchange(busy, nullptr);
    unread = Buffer();
    const io::Result<std::uint64_t> outcome = finished->outcome();
    unread = finished->take_buffer();
    if (finished->kind() == Transfer::Kind::Write && !outcome) write_error = outcome.error();
    if (finished->kind() == Transfer::Kind::Seek && outcome) position = *outcome;
    return finished;
  }

  Poll<void> poll_idle(Context& cx) {
    if (busy != nullptr && poll_busy(cx) == nullptr) return pending;
    return Poll<void>::ready();
  }

  /// Fails when an earlier write has, and nobody was told yet.
  io::Result<void> take_write_error() noexcept {
    if (!write_error.failed()) return {};
    return std::exchange(write_error, io::Error());
  }

  /// Ready when a write may begin.
  Poll<io::Result<void>> poll_writable(Context& cx) {
    if (io::Result<void> earlier = take_write_error(); !earlier) return earlier;
    if (poll_idle(cx).is_pending()) return pending;
    return take_write_error();
  }

  /// Hands the first bytes of `pieces` over.
  std::size_t write(std::span<const std::span<const std::byte>> pieces) {
    std::size_t size = 0;
    for (const std::span<const std::byte> piece : pieces) size += std::min(piece.size(), max_buf_size - size);
    if (size == 0) return 0;
    const std::size_t back = unread.discard();
    std::span<std::byte> room = unread.reserve(size);
    for (const std::span<const std::byte> piece : pieces) {
      const std::span<const std::byte> part = piece.first(std::min(piece.size(), room.size()));
      std::ranges::copy(part, room.begin());
      room = room.subspan(part.size());
    }
    unread.fill(size);
    start(Transfer::write(descriptor, std::exchange(unread, Buffer()), back));
    return size;
  }

  std::mutex mutex;
  DescriptorPtr descriptor;
  std::shared_ptr<Transfer> busy;  // in flight, or finished and not settled
  Buffer unread;                   // empty while something is in flight
  io::Error write_error;
  std::uint64_t position = 0;  // as the last seek has left it
  std::size_t max_buf_size = kMaxBufSize;
};

Operation<File> File::open(std::filesystem::path path) { return options().read(true).open(std::move(path)); }
Operation<File> File::create(std::filesystem::path path) {
  return options().write(true).create(true).truncate(true).open(std::move(path));
}
Operation<File> File::create_new(std::filesystem::path path) {
  return options().read(true).write(true).create_new(true).open(std::move(path));
}

File File::from_std(int fd) {
  detail::OwnedFd owned(fd);  // until it is the file's
  auto inner = std::make_unique<Inner>(fd);
  static_cast<void>(owned.release());
  return File(std::move(inner));
}

File::File(std::unique_ptr<Inner> inner) noexcept : inner_(std::move(inner)) {}
File::File(File&&) noexcept = default;
File& File::operator=(File&&) noexcept = default;
File::~File() = default;

Result<int, File::Busy> File::try_into_std() && {
  std::unique_lock lock(inner_->mutex);
  if (inner_->busy != nullptr && inner_->busy->is_finished()) inner_->settle();
  if (inner_->busy == nullptr && inner_->descriptor->use_count() == 1) return inner_->descriptor->release();
  lock.unlock();
  return Busy(std::move(*this));
}

io::Result<int> File::release() {
  std::lock_guard lock(inner_->mutex);
  // What somebody has begun and does not wait for any more keeps the descriptor.
  if (inner_->descriptor->use_count() == 1) return inner_->descriptor->release();
  const int fd = ::fcntl(inner_->descriptor->get(), F_DUPFD_CLOEXEC, 0);
  if (fd < 0) return io::last_os_error();
  return fd;
}

int File::as_raw_fd() const noexcept {
  std::lock_guard lock(inner_->mutex);
  return inner_->descriptor->get();
}

File::Sequel<void> File::sync_all() const {
  return {*this, detail::operation(sync_steps(inner_->descriptor, &SystemCall::sync_all))};
}
File::Sequel<void> File::sync_data() const {
  return {*this, detail::operation(sync_steps(inner_->descriptor, &SystemCall::sync_data))};
}
Operation<Metadata> File::metadata() const { return detail::operation(metadata_steps(inner_->descriptor)); }

Operation<void> File::set_permissions(Permissions permissions) const {
  return detail::on_pool<void>([file = inner_->descriptor, permissions]() -> io::Result<void> {
    if (::fchmod(file->get(), permissions.mode()) != 0) return io::last_os_error();
    return {};
  });
}

File::Sequel<File> File::try_clone() const {
  auto clone = [file = inner_->descriptor, size = max_buf_size()]() -> io::Result<File> {
    const int fd = ::fcntl(file->get(), F_DUPFD_CLOEXEC, 0);
    if (fd < 0) return io::last_os_error();
    File cloned = File::from_std(fd);
    cloned.set_max_buf_size(size);
    return cloned;
  };
  return {*this, detail::on_pool<File>(std::move(clone))};
}

void File::set_max_buf_size(std::size_t size) const {
  if (size == 0) throw std::logic_error("fs::File::set_max_buf_size must be greater than zero");
  std::lock_guard lock(inner_->mutex);
  inner_->max_buf_size = size;
}

std::size_t File::max_buf_size() const noexcept {
  std::lock_guard lock(inner_->mutex);
  return inner_->max_buf_size;
}

Poll<void> File::poll_idle(Context& cx) const {
  std::lock_guard lock(inner_->mutex);
  return inner_->poll_idle(cx);
}

Poll<io::Result<void>> File::poll_read(Context& cx, io::ReadBuf& buf) const {
  Inner& inner = *inner_;
  std::lock_guard lock(inner.mutex);
  for (;;) {
    if (inner.busy != nullptr) {
      const std::shared_ptr<Transfer> finished = inner.poll_busy(cx);
      if (finished == nullptr) return pending;
      if (finished->kind() != Transfer::Kind::Read) continue;
      if (const auto outcome = finished->outcome(); !outcome) return io::Result<void>(outcome.error());
      inner.unread.move_to(buf);
      return io::Result<void>();
    }
    if (!inner.unread.is_empty() || buf.remaining() == 0) {
      if (!cx.poll_proceed()) return pending;
      inner.unread.move_to(buf);
      return io::Result<void>();
    }
    const std::size_t size = std::min(buf.remaining(), inner.max_buf_size);
    inner.start(Transfer::read(inner.descriptor, std::exchange(inner.unread, Buffer()), size));
  }
}

Poll<io::Result<std::size_t>> File::poll_write(Context& cx, std::span<const std::byte> data) const {
  return poll_write_vectored(cx, std::span(&data, 1));
}

Poll<io::Result<std::size_t>> File::poll_write_vectored(
    Context& cx, std::span<const std::span<const std::byte>> pieces) const {
  std::lock_guard lock(inner_->mutex);
  const Poll<io::Result<void>> writable = inner_->poll_writable(cx);
  if (writable.is_pending()) return pending;
  if (!*writable) return io::Result<std::size_t>(writable->error());
  return io::Result<std::size_t>(inner_->write(pieces));
}

Poll<io::Result<void>> File::poll_flush(Context& cx) const {
  std::lock_guard lock(inner_->mutex);
  return inner_->poll_writable(cx);
}

Poll<io::Result<void>> File::poll_shutdown(Context& cx) const { return poll_flush(cx); }

io::Result<void> File::start_seek(io::SeekFrom position) const {
  Inner& inner = *inner_;
  std::lock_guard lock(inner.mutex);
  if (inner.busy != nullptr) {
    if (!inner.busy->is_finished()) return io::Error(EBUSY, boost::system::system_category());
    inner.settle();
  }
  const auto ahead = static_cast<std::int64_t>(inner.unread.discard());
  if (position.origin() == io::SeekFrom::Origin::Current)
    position = io::SeekFrom::current(position.offset() - ahead);
  inner.start(Transfer::seek(inner.descriptor, std::exchange(inner.unread, Buffer()), position));
  return {};
}

Poll<io::Result<std::uint64_t>> File::poll_complete(Context& cx) const {
  Inner& inner = *inner_;
  std::lock_guard lock(inner.mutex);
  if (inner.busy == nullptr) return io::Result<std::uint64_t>(inner.position);
  const std::shared_ptr<Transfer> finished = inner.poll_busy(cx);
  if (finished == nullptr) return pending;
  if (finished->kind() == Transfer::Kind::Seek) return finished->outcome();
  return io::Result<std::uint64_t>(inner.position);
}

Poll<io::Result<void>> File::SetLen::poll(Context& cx) {
  Inner& inner = *file_->inner_;
  std::lock_guard lock(inner.mutex);
  if (transfer_ == nullptr) {
    if (inner.poll_idle(cx).is_pending()) return pending;
    const std::size_t back = inner.unread.discard();
    transfer_ = Transfer::set_len(inner.descriptor, std::exchange(inner.unread, Buffer()), back, size_);
    inner.start(transfer_);
  }
  if (!transfer_->poll(cx)) return pending;
  if (inner.busy == transfer_) inner.settle();
  const io::Result<std::uint64_t> outcome = transfer_->outcome();
  return outcome ? io::Result<void>() : io::Result<void>(outcome.error());
}

void throw_exception_from_error(const File::Busy&, const boost::source_location&) {
  throw std::logic_error(
      "fs::File::try_into_std: something is in flight on the file; await into_std instead");
}

}  // namespace ferry::fs
