#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include <ferry/fs/contents.hpp>
#include <ferry/io/error.hpp>
#include <ferry/io/read.hpp>

#include "fs/position.hpp"
#include "fs/steps.hpp"
#include "support/owned_fd.hpp"

namespace ferry::fs {

using detail::Steps;
using detail::SystemCall;
using ferry::detail::OwnedFd;
using std::filesystem::path;

namespace {

io::Error system_error(int code) noexcept { return io::Error(code, boost::system::system_category()); }

// What is read or written at a time: whoever goes on with what a ring has completed has others to go on with.
constexpr std::size_t kMaxPiece = std::size_t{2} << 20;
// What there is to read is as much as the file is long, in most cases; a little more room tells that in one
// read less.
constexpr std::size_t kProbeSize = 32;

template <class Bytes>
Steps<Bytes> read_steps(path from) {
  const auto opened = co_await SystemCall::open(from.c_str(), O_RDONLY | O_CLOEXEC, 0);
  if (opened < 0) co_return detail::error_of(opened);
  const OwnedFd file(static_cast<int>(opened));
  struct statx status{};
  const auto known = co_await SystemCall::status(file.get(), status);
  Bytes bytes;
  bytes.reserve((known == 0 ? status.stx_size : 0) + kProbeSize);
  std::size_t size = 0;
  for (;;) {
    if (size == bytes.size()) bytes.resize(size + std::clamp(bytes.capacity() - size, kProbeSize, kMaxPiece));
    const auto room = std::as_writable_bytes(std::span(bytes)).subspan(size);
    const detail::Position before(file.get());
    const auto result = co_await SystemCall::read(file.get(), room);
    if (result < 0) co_return detail::error_of(result);
    if (result == 0) break;
    before.settle(room.size(), static_cast<std::size_t>(result));
    size += static_cast<std::size_t>(result);
  }
  bytes.resize(size);
  co_return bytes;
}

Steps<void> write_steps(path to, Contents contents) {
  const auto opened = co_await SystemCall::open(to.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (opened < 0) co_return detail::error_of(opened);
  OwnedFd file(static_cast<int>(opened));
  std::span<const std::byte> left = contents.span();
  while (!left.empty()) {
    const detail::Position before(file.get());
    const auto piece = left.first(std::min(left.size(), kMaxPiece));
    const auto result = co_await SystemCall::write(file.get(), piece);
    if (result < 0) co_return detail::error_of(result);
    if (result == 0) co_return io::Error(io::ErrorKind::WriteZero);
    before.settle(piece.size(), static_cast<std::size_t>(result));
    left = left.subspan(static_cast<std::size_t>(result));
  }
  // Some file systems tell only now what went wrong.
  const auto closed = co_await SystemCall::close(file.get());
  if (closed != -ECANCELED) file.release();
  co_return detail::done(closed);
}

// Checks the text where it is awaited: that may take a while.
class TextJob final : public detail::Work<std::string> {
 public:
  explicit TextJob(Operation<std::string> bytes) noexcept : bytes_(std::move(bytes)) {}

  Poll<io::Result<std::string>> poll(Context& cx) override {
    Poll<io::Result<std::string>> polled = bytes_.poll(cx);
    if (polled.is_ready() && *polled && !io::detail::is_utf8(**polled))
      return io::Result<std::string>(io::ErrorKind::InvalidData);
    return polled;
  }
  void abandon() noexcept override {}  // goes with this

 private:
  Operation<std::string> bytes_;
};

io::Result<std::uint64_t> copy_by_reading(int from, int to) {
  std::uint64_t copied = 0;
  std::vector<std::byte> buffer(std::size_t{64} << 10);
  for (;;) {
    const std::int64_t got = SystemCall::read(from, buffer).run();
    if (got < 0) return detail::error_of(got);
    if (got == 0) return copied;
    std::span<const std::byte> left = std::span(buffer).first(static_cast<std::size_t>(got));
    while (!left.empty()) {
      const std::int64_t put = SystemCall::write(to, left).run();
      if (put < 0) return detail::error_of(put);
      if (put == 0) return io::Error(io::ErrorKind::WriteZero);
      left = left.subspan(static_cast<std::size_t>(put));
    }
    copied += static_cast<std::uint64_t>(got);
  }
}

// Inside the kernel where that is possible: between these file systems, and for files whose length it knows.
io::Result<std::uint64_t> copy_all(int from, int to) {
  std::uint64_t copied = 0;
  for (;;) {
    const ssize_t size = ::copy_file_range(from, nullptr, to, nullptr, std::size_t{1} << 30, 0);
    if (size > 0) {
      copied += static_cast<std::uint64_t>(size);
    } else if (size == 0) {
      if (copied != 0) return copied;
      return copy_by_reading(from, to);
    } else if (errno != EINTR) {
      constexpr std::array kCannot{EXDEV, EINVAL, ENOSYS, EOPNOTSUPP, EPERM, EBADF};
      if (copied == 0 && std::ranges::find(kCannot, errno) != kCannot.end()) return copy_by_reading(from, to);
      return io::last_os_error();
    }
  }
}

io::Result<std::uint64_t> copy_contents(const path& from, const path& to) {
  const std::int64_t source = SystemCall::open(from.c_str(), O_RDONLY | O_CLOEXEC, 0).run();
  if (source < 0) return detail::error_of(source);
  const OwnedFd reader(static_cast<int>(source));
  struct stat status{};
  if (::fstat(reader.get(), &status) != 0) return io::last_os_error();
  if (!S_ISREG(status.st_mode)) return system_error(EINVAL);

  const std::int64_t target =
      SystemCall::open(to.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, status.st_mode & 07777).run();
  if (target < 0) return detail::error_of(target);
  OwnedFd writer(static_cast<int>(target));
  struct stat existing{};
  if (::fstat(writer.get(), &existing) != 0) return io::last_os_error();
  if (existing.st_dev == status.st_dev && existing.st_ino == status.st_ino) return system_error(EINVAL);
  if (S_ISREG(existing.st_mode)) {
    if (::ftruncate(writer.get(), 0) != 0) return io::last_os_error();
    if (::fchmod(writer.get(), status.st_mode & 07777) != 0) return io::last_os_error();
  }
  const io::Result<std::uint64_t> copied = copy_all(reader.get(), writer.get());
  if (!copied) return copied;
  if (const std::int64_t closed = SystemCall::close(writer.release()).run(); closed < 0)
    return detail::error_of(closed);
  return copied;
}

}  // namespace

Operation<std::vector<std::byte>> read(path from) {
  return detail::operation(read_steps<std::vector<std::byte>>(std::move(from)));
}

Operation<std::string> read_to_string(path from) {
  return Operation<std::string>(
      std::make_shared<TextJob>(detail::operation(read_steps<std::string>(std::move(from)))));
}

Operation<void> write(path to, Contents contents) {
  return detail::operation(write_steps(std::move(to), std::move(contents)));
}

Operation<std::uint64_t> copy(path from, path to) {
  return detail::on_pool<std::uint64_t>(
      [from = std::move(from), to = std::move(to)] { return copy_contents(from, to); });
}

}  // namespace ferry::fs
