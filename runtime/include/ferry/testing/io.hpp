// Mock: a stream that follows a script.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <ferry/future.hpp>
#include <ferry/io/bytes.hpp>
#include <ferry/io/members.hpp>
#include <ferry/io/read_buf.hpp>
#include <ferry/pin.hpp>
#include <ferry/result.hpp>
#include <ferry/time/sleep.hpp>

namespace ferry::testing::io {
namespace detail {

class Script;

/// What a script says: data or an error for a read, data or an error for a write, or a wait.
struct Read {
  std::vector<std::byte> data;
};
struct ReadError {
  ferry::io::Error error;
};
struct Write {
  std::vector<std::byte> data;
};
struct WriteError {
  ferry::io::Error error;
};
struct Wait {
  time::Duration duration;
};
using Step = std::variant<Read, ReadError, Write, WriteError, Wait>;

}  // namespace detail

/// A stream that follows a script: reads give what it says, writes must be what it says.
///
/// A read waits while it is a write's turn. A write may come before reads that the script has before it, and
/// waits for anything else. After the last step reads are at the end.
///
/// Throws: std::logic_error, from a write that the script does not have; and from the destructor, unless an
/// exception is under way, when data of the script was neither read nor written.
/// Thread safety: as a socket's: one task at a time may read, and one may write.
/// Tokio: `tokio_test::io::Mock`.
class Mock : public ferry::io::ReadMembersMut<Mock>, public ferry::io::WriteMembersMut<Mock> {
 public:
  Mock(Mock&&) noexcept = default;
  Mock& operator=(Mock&& other) noexcept {
    std::swap(script_, other.script_);
    return *this;
  }
  ~Mock() noexcept(false);

  Poll<ferry::io::Result<void>> poll_read(Context& cx, ferry::io::ReadBuf& buf);
  Poll<ferry::io::Result<std::size_t>> poll_write(Context& cx, std::span<const std::byte> data);
  Poll<ferry::io::Result<void>> poll_flush(Context& cx);
  Poll<ferry::io::Result<void>> poll_shutdown(Context& cx);

 private:
  friend class Builder;
  explicit Mock(std::shared_ptr<detail::Script> script) noexcept : script_(std::move(script)) {}

  std::shared_ptr<detail::Script> script_;
};

/// Appends to the script of a Mock that is in use. While it lives, the Mock waits at the script's end.
///
/// Thread safety: may be used on another thread than the Mock.
/// Tokio: `tokio_test::io::Handle`.
class Handle {
 public:
  Handle(Handle&&) noexcept = default;
  Handle& operator=(Handle&& other) noexcept {
    std::swap(script_, other.script_);
    return *this;
  }
  ~Handle();

  Handle& read(ferry::io::ConstBytes data);
  Handle& read_error(ferry::io::Error error);
  Handle& write(ferry::io::ConstBytes data);
  Handle& write_error(ferry::io::Error error);

 private:
  friend class Builder;
  explicit Handle(std::shared_ptr<detail::Script> script) noexcept : script_(std::move(script)) {}

  std::shared_ptr<detail::Script> script_;
};

/// Writes a script, step by step, and makes Mocks that follow it.
///
///     testing::io::Mock mock = testing::io::Builder().write("ping").read("pong").build();
///
/// Tokio: `tokio_test::io::Builder`.
class Builder {
 public:
  /// A read gives this, in as many pieces as it asks for.
  Builder& read(ferry::io::ConstBytes data);
  /// A read fails.
  Builder& read_error(ferry::io::Error error);
  /// Writes give this, in as many pieces as they like.
  Builder& write(ferry::io::ConstBytes data);
  /// A write fails.
  Builder& write_error(ferry::io::Error error);
  /// Nothing happens for so long, beginning with the read or write that comes to this step. Needs a runtime
  /// with time; a paused clock does not really wait.
  Builder& wait(time::Duration duration);
  /// What the Mock is called in exceptions. Tokio: `Builder::name`.
  Builder& name(std::string_view name);

  /// A stream that follows the script. May be called again. Tokio: `Builder::build`.
  [[nodiscard]] Mock build() const;
  /// The same, with a handle that goes on with the script. Tokio: `Builder::build_with_handle`.
  [[nodiscard]] std::pair<Mock, Handle> build_with_handle() const;

 private:
  std::deque<detail::Step> steps_;
  std::string name_ = "Mock";
};

}  // namespace ferry::testing::io
