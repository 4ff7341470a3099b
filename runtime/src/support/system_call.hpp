// SystemCall: a call of the kernel as a value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

struct statx;

namespace ferry::detail {

/// What files need of the kernel: made on this thread by `run`, or handed to a Ring. What it points to is
/// borrowed until it has been made.
class SystemCall {
 public:
  enum class Kind : std::uint8_t {
    Open,
    Close,
    Read,
    Write,
    SyncAll,
    SyncData,
    Status,
    Rename,
    RemoveFile,
    RemoveDir,
    CreateDir,
    HardLink,
    Symlink,
  };

  /// Gives a descriptor that is closed on exec.
  static SystemCall open(const char* path, int flags, std::uint32_t mode) noexcept {
    SystemCall call(Kind::Open, path);
    call.flags = flags;
    call.mode = mode;
    return call;
  }
  static SystemCall close(int fd) noexcept { return SystemCall(Kind::Close, fd); }
  /// At the file's position, which it moves. Gives the number of bytes.
  static SystemCall read(int fd, std::span<std::byte> memory) noexcept {
    SystemCall call(Kind::Read, fd);
    call.memory = memory.data();
    call.size = memory.size() < kMaxSize ? memory.size() : kMaxSize;
    return call;
  }
  static SystemCall write(int fd, std::span<const std::byte> data) noexcept {
    SystemCall call(Kind::Write, fd);
    call.data = data.data();
    call.size = data.size() < kMaxSize ? data.size() : kMaxSize;
    return call;
  }
  static SystemCall sync_all(int fd) noexcept { return SystemCall(Kind::SyncAll, fd); }
  static SystemCall sync_data(int fd) noexcept { return SystemCall(Kind::SyncData, fd); }
  /// Fills `status` in. `flags`: AT_SYMLINK_NOFOLLOW.
  static SystemCall status(const char* path, int flags, struct statx& status) noexcept {
    SystemCall call(Kind::Status, path);
    call.flags = flags;
    call.into = &status;
    return call;
  }
  static SystemCall status(int fd, struct statx& status) noexcept;
  static SystemCall rename(const char* from, const char* to) noexcept {
    return SystemCall(Kind::Rename, from, to);
  }
  static SystemCall remove_file(const char* path) noexcept { return SystemCall(Kind::RemoveFile, path); }
  static SystemCall remove_dir(const char* path) noexcept { return SystemCall(Kind::RemoveDir, path); }
  static SystemCall create_dir(const char* path, std::uint32_t mode) noexcept {
    SystemCall call(Kind::CreateDir, path);
    call.mode = mode;
    return call;
  }
  static SystemCall hard_link(const char* original, const char* link) noexcept {
    return SystemCall(Kind::HardLink, original, link);
  }
  static SystemCall symlink(const char* original, const char* link) noexcept {
    return SystemCall(Kind::Symlink, original, link);
  }

  /// Makes it on this thread, and again as long as a signal interrupts it. Its result, or -errno.
  std::int64_t run() const noexcept;

  Kind kind;
  int fd;
  int flags = 0;
  std::uint32_t mode = 0;
  const char* path = "";
  const char* other_path = nullptr;
  union {
    std::byte* memory = nullptr;  ///< Read
    const std::byte* data;        ///< Write
    struct statx* into;           ///< Status
  };
  std::size_t size = 0;

 private:
  // The kernel moves a page less than 2 GiB at a time.
  static constexpr std::size_t kMaxSize = std::size_t{1} << 30;

  SystemCall(Kind kind, int fd) noexcept : kind(kind), fd(fd) {}
  SystemCall(Kind kind, const char* path, const char* other_path = nullptr) noexcept;

  std::int64_t run_once() const noexcept;
};

}  // namespace ferry::detail
