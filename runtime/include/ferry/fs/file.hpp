// File: an open file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <utility>

#include <boost/assert/source_location.hpp>
#include <ferry/detail/given_back.hpp>
#include <ferry/detail/wait_notes.hpp>
#include <ferry/fs/metadata.hpp>
#include <ferry/fs/open_options.hpp>
#include <ferry/fs/operation.hpp>
#include <ferry/future.hpp>
#include <ferry/io/members.hpp>
#include <ferry/io/read_buf.hpp>
#include <ferry/io/seek.hpp>
#include <ferry/result.hpp>

namespace ferry::fs {

namespace detail {
class Transfer;
}

/// A file that is read and written without blocking the thread: by a thread of the blocking pool, or by
/// io_uring.
///
/// `read`, `write_all`, `seek`, ... are the functions of `io` as members. One of them at a time is in flight:
/// the next waits for it. Up to `max_buf_size` bytes a time pass through a buffer of the file's own: a read
/// may leave some there for the next, and a write has only been handed over when it completes. What goes
/// wrong with it then, the next write or flush tells; `flush` waits for it. Writing and seeking go by the
/// position up to which was read, not by what is in the buffer.
///
/// The file closes when it is destroyed, without waiting: what was handed over is still written, also when
/// the runtime ends, and what goes wrong with it is told to nobody. `flush` first.
///
/// Thread safety: any number of tasks may use a file at a time, on any threads; they take turns in no order.
/// Tokio: `fs::File`.
class File : public io::ReadMembers<File>, public io::WriteMembers<File> {
 public:
  template <class T>
  class Sequel;
  class SetLen;
  class IntoStd;
  class Busy;

  /// Opens a file that exists, to be read.
  ///
  /// Cancelling: safe; a file that was opened for nobody is closed.
  /// Tokio: `File::open`.
  static Operation<File> open(std::filesystem::path path);
  /// Opens a file to be written: an empty one, whether it existed or not.
  ///
  /// Cancelling: safe; the file may have been made, or made empty.
  /// Tokio: `File::create`.
  static Operation<File> create(std::filesystem::path path);
  /// Makes a file and opens it to be read and written. Errors: EEXIST, ...
  ///
  /// Cancelling: safe; the file may have been made.
  /// Tokio: `File::create_new`.
  static Operation<File> create_new(std::filesystem::path path);
  /// Tokio: `File::options`.
  static OpenOptions options() noexcept { return {}; }

  /// Adopts a descriptor, one that blocks. Tokio: `File::from_std`.
  static File from_std(int fd);
  /// Gives the descriptor to the caller, once what was handed over is written. What went wrong with that is
  /// told to nobody: flush first.
  ///
  /// Cancelling: safe; closes the file.
  /// Tokio: `File::into_std`.
  IntoStd into_std() &&;
  /// The same without waiting. Errors: gives the file back when something is in flight. Tokio:
  /// `File::try_into_std`.
  Result<int, Busy> try_into_std() &&;
  /// The descriptor, which stays the file's. Tokio: `AsRawFd::as_raw_fd`.
  int as_raw_fd() const noexcept;

  File(File&&) noexcept;
  File& operator=(File&&) noexcept;
  ~File();

  /// Completes when what was written, and what is known of the file, is on the disk. Errors of writes stay
  /// for the next write or flush.
  ///
  /// Cancelling: safe.
  /// Tokio: `File::sync_all`.
  Sequel<void> sync_all() const;
  /// The same for what is needed to read the data again.
  ///
  /// Cancelling: safe.
  /// Tokio: `File::sync_data`.
  Sequel<void> sync_data() const;
  /// Cuts the file off, or extends it with zeros, to `size` bytes. The position stays where it is.
  ///
  /// Cancelling: safe; it may have been done.
  /// Tokio: `File::set_len`.
  SetLen set_len(std::uint64_t size) const noexcept;
  /// Cancelling: safe. Tokio: `File::metadata`.
  Operation<Metadata> metadata() const;
  /// Cancelling: safe; it may have been done. Tokio: `File::set_permissions`.
  Operation<void> set_permissions(Permissions permissions) const;
  /// Another File for the same open file: they share its position.
  ///
  /// Cancelling: safe.
  /// Tokio: `File::try_clone`.
  Sequel<File> try_clone() const;

  /// At most how many bytes are read or written at a time: 1 or more, by default 2 MiB. Throws
  /// std::logic_error for 0. Tokio: `File::set_max_buf_size`.
  void set_max_buf_size(std::size_t size) const;
  /// Tokio: `File::max_buf_size`.
  std::size_t max_buf_size() const noexcept;

  /// Moves the position. Result: the new one, in bytes from the start.
  ///
  /// Cancelling: the position may have moved or not.
  /// Tokio: `AsyncSeekExt::seek`.
  [[nodiscard]] auto seek(io::SeekFrom position) const noexcept { return io::seek(*this, position); }
  /// Moves the position to the start.
  ///
  /// Cancelling: the position may have moved or not.
  /// Tokio: `AsyncSeekExt::rewind`.
  [[nodiscard]] auto rewind() const noexcept { return io::rewind(*this); }
  /// Cancelling: safe. Tokio: `AsyncSeekExt::stream_position`.
  [[nodiscard]] auto stream_position() const noexcept { return io::stream_position(*this); }

  Poll<io::Result<void>> poll_read(Context& cx, io::ReadBuf& buf) const;
  Poll<io::Result<std::size_t>> poll_write(Context& cx, std::span<const std::byte> data) const;
  Poll<io::Result<std::size_t>> poll_write_vectored(Context& cx,
                                                    std::span<const std::span<const std::byte>> pieces) const;
  /// Ready when nothing is in flight, with the error of what was handed over.
  Poll<io::Result<void>> poll_flush(Context& cx) const;
  /// What `poll_flush` does.
  Poll<io::Result<void>> poll_shutdown(Context& cx) const;
  /// Errors: EBUSY when something is in flight: `poll_complete` waits for it.
  io::Result<void> start_seek(io::SeekFrom position) const;
  Poll<io::Result<std::uint64_t>> poll_complete(Context& cx) const;

 private:
  class Inner;
  Poll<void> poll_idle(Context& cx) const;
  io::Result<int> release();
  explicit File(std::unique_ptr<Inner> inner) noexcept;

  std::unique_ptr<Inner> inner_;
};

/// An operation that begins when nothing is in flight on the file, which it borrows.
///
/// Cancelling: as that of the operation; before it has begun, nothing is done.
template <class T>
class [[nodiscard]] File::Sequel {
 public:
  using Output = io::Result<T>;

  Sequel(const File& file, Operation<T> operation) noexcept
      : file_(&file), operation_(std::move(operation)) {}
  Sequel(const Sequel&) = delete;
  Sequel& operator=(const Sequel&) = delete;

  Poll<Output> poll(Context& cx) {
    if (!is_begun_ && file_->poll_idle(cx).is_pending()) return pending;
    is_begun_ = true;
    return operation_.poll(cx);
  }
  /// For other parts of ferry.
  void describe_wait(ferry::detail::WaitNotes& notes) const { operation_.describe_wait(notes); }

 private:
  const File* file_;
  Operation<T> operation_;
  bool is_begun_ = false;
};

/// Completes when a file has the length that was asked for. Borrows the file.
///
/// Cancelling: safe; it may have been done.
class [[nodiscard]] File::SetLen {
 public:
  using Output = io::Result<void>;

  SetLen(const File& file, std::uint64_t size) noexcept : file_(&file), size_(size) {}
  SetLen(const SetLen&) = delete;
  SetLen& operator=(const SetLen&) = delete;

  Poll<Output> poll(Context& cx);
  /// For other parts of ferry.
  void describe_wait(ferry::detail::WaitNotes& notes) const { notes.leaf("an operation on files"); }

 private:
  const File* file_;
  std::uint64_t size_;
  std::shared_ptr<detail::Transfer> transfer_;
};

/// Completes with the descriptor of a file, which is the caller's then, once nothing is in flight.
///
/// Cancelling: safe; closes the file.
class [[nodiscard]] File::IntoStd {
 public:
  using Output = io::Result<int>;

  explicit IntoStd(File file) noexcept : file_(std::move(file)) {}
  IntoStd(const IntoStd&) = delete;
  IntoStd& operator=(const IntoStd&) = delete;

  Poll<Output> poll(Context& cx) {
    if (file_.poll_idle(cx).is_pending()) return pending;
    return file_.release();
  }
  /// For other parts of ferry.
  void describe_wait(ferry::detail::WaitNotes& notes) const { notes.leaf("an operation on files"); }

 private:
  File file_;
};

inline File::SetLen File::set_len(std::uint64_t size) const noexcept { return SetLen(*this, size); }
inline File::IntoStd File::into_std() && { return IntoStd(std::move(*this)); }

/// Something is in flight on a file, which `into_inner` gives back; copies share it.
class File::Busy : public ferry::detail::GivenBack<File> {
 public:
  using GivenBack::GivenBack;
};

/// `.value()` of a `try_into_std` that gave the file back.
[[noreturn]] void throw_exception_from_error(const File::Busy& busy, const boost::source_location& location);

}  // namespace ferry::fs
