// Descriptors that block, read and written by threads of the blocking pool.
#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include <ferry/future.hpp>
#include <ferry/io/read_buf.hpp>
#include <ferry/result.hpp>
#include <ferry/task/join_handle.hpp>

namespace ferry::io::detail {

/// How much is read or written by one job at most, in bytes.
inline constexpr std::size_t kMaxBlockingTransfer = 2 * 1024 * 1024;

/// A job that reads into a buffer, or writes it, and then gives it back.
class BlockingTransfer {
 public:
  struct Done {
    std::vector<std::byte> buffer;
    Error error;
  };

  bool is_running() const noexcept { return running_.has_value(); }

  /// Starts `job`, which gives a Done. `call` is named where there is no runtime.
  template <class Job>
  void start(const char* call, Job job);

  /// Ready with what the job gave; without a buffer when the runtime has been shut down.
  Poll<Done> poll(Context& cx);

 private:
  std::optional<task::JoinHandle<Done>> running_;
};

/// Reads from a descriptor that it does not own.
class BlockingReader {
 public:
  explicit BlockingReader(int fd) noexcept : fd_(fd) {}

  Poll<Result<void>> poll_read(Context& cx, ReadBuf& buf);

 private:
  int fd_;
  BlockingTransfer transfer_;
  std::vector<std::byte> buffer_;
  std::size_t begin_ = 0;  // what was read and not given away begins here
};

/// Writes to a descriptor that it does not own. `turn` is locked while a job writes.
class BlockingWriter {
 public:
  BlockingWriter(int fd, std::mutex& turn) noexcept : fd_(fd), turn_(&turn) {}

  Poll<Result<std::size_t>> poll_write(Context& cx, std::span<const std::byte> data);
  /// Ready once everything that was taken is written, with the error of that.
  Poll<Result<void>> poll_flush(Context& cx);
  /// Flushes; the descriptor stays open.
  Poll<Result<void>> poll_shutdown(Context& cx) { return poll_flush(cx); }

 private:
  int fd_;
  std::mutex* turn_;
  BlockingTransfer transfer_;
  std::vector<std::byte> buffer_;
};

}  // namespace ferry::io::detail
