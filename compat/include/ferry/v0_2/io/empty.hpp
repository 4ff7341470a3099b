// empty, repeat and sink.
#pragma once

#include <cstddef>

#include <ferry/io/bytes.hpp>
#include <ferry/io/empty.hpp>
#include <ferry/v0_2/io/legacy.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2::io {

/// At its end from the start. Tokio: 0.2's `io::Empty`.
class Empty : public detail::Legacy<Empty, ferry::io::Empty> {
 public:
  Empty() noexcept : detail::Legacy<Empty, ferry::io::Empty>(ferry::io::Empty()) {}
};
/// One byte, again and again. Tokio: 0.2's `io::Repeat`.
class Repeat : public detail::Legacy<Repeat, ferry::io::Repeat> {
 public:
  explicit Repeat(std::byte byte) noexcept
      : detail::Legacy<Repeat, ferry::io::Repeat>(ferry::io::Repeat(byte)) {}
};
/// Takes everything and keeps nothing. Tokio: 0.2's `io::Sink`.
class Sink : public detail::Legacy<Sink, ferry::io::Sink> {
 public:
  Sink() noexcept : detail::Legacy<Sink, ferry::io::Sink>(ferry::io::Sink()) {}
};

/// A reader at its end. Tokio: `io::empty`.
inline Empty empty() noexcept { return Empty(); }
/// A reader of endlessly many `byte`s. Tokio: `io::repeat`.
template <ferry::io::ByteLike B>
Repeat repeat(B byte) noexcept {
  return Repeat(static_cast<std::byte>(byte));
}
/// A writer that keeps nothing. Tokio: `io::sink`.
inline Sink sink() noexcept { return Sink(); }

}  // namespace ferry::v0_2::io
