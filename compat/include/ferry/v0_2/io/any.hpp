// AnyRead, AnyWrite, ...: streams whose type is not known, of 0.2 and of 1.x.
#pragma once

#include <concepts>
#include <type_traits>
#include <utility>

#include <ferry/io/any.hpp>
#include <ferry/v0_2/io/legacy.hpp>
#include <ferry/v0_2/io/traits.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2::io {

/// Any reader, which it owns; reads in both ways.
///
/// Thread safety: as the reader.
/// Cost: one allocation; a virtual call for each poll.
/// Tokio: 0.2's `Box<dyn AsyncRead>`.
class AnyRead : public detail::Legacy<AnyRead, ferry::io::AnyRead> {
 public:
  template <detail::Reader R>
    requires(!std::is_lvalue_reference_v<R> && !std::same_as<R, AnyRead>)
  AnyRead(R&& reader)
      : detail::Legacy<AnyRead, ferry::io::AnyRead>(
            ferry::io::AnyRead(detail::Modern<R>(std::move(reader)))) {}
};

/// Any writer, which it owns.
///
/// Thread safety: as the writer.
/// Cost: one allocation; a virtual call for each poll.
/// Tokio: 0.2's `Box<dyn AsyncWrite>`.
class AnyWrite : public detail::Legacy<AnyWrite, ferry::io::AnyWrite> {
 public:
  template <detail::Writer W>
    requires(!std::is_lvalue_reference_v<W> && !std::same_as<W, AnyWrite>)
  AnyWrite(W&& writer)
      : detail::Legacy<AnyWrite, ferry::io::AnyWrite>(
            ferry::io::AnyWrite(detail::Modern<W>(std::move(writer)))) {}
};

/// Any stream, which it owns; reads in both ways.
///
/// Thread safety: as the stream.
/// Cost: one allocation; a virtual call for each poll.
/// Tokio: 0.2's `Box<dyn ...>` of both traits.
class AnyReadWrite : public detail::Legacy<AnyReadWrite, ferry::io::AnyReadWrite> {
 public:
  template <detail::Reader RW>
    requires(detail::Writer<RW> && !std::is_lvalue_reference_v<RW> && !std::same_as<RW, AnyReadWrite>)
  AnyReadWrite(RW&& stream)
      : detail::Legacy<AnyReadWrite, ferry::io::AnyReadWrite>(
            ferry::io::AnyReadWrite(detail::Modern<RW>(std::move(stream)))) {}
};

/// Any reader with a buffer, which it owns; reads in both ways.
///
/// Thread safety: as the reader.
/// Cost: one allocation; a virtual call for each poll.
/// Tokio: 0.2's `Box<dyn AsyncBufRead>`.
class AnyBufRead : public detail::Legacy<AnyBufRead, ferry::io::AnyBufRead> {
 public:
  template <detail::BufferedReader R>
    requires(!std::is_lvalue_reference_v<R> && !std::same_as<R, AnyBufRead>)
  AnyBufRead(R&& reader)
      : detail::Legacy<AnyBufRead, ferry::io::AnyBufRead>(
            ferry::io::AnyBufRead(detail::Modern<R>(std::move(reader)))) {}
};

}  // namespace ferry::v0_2::io
