// Cursor: bytes in memory that read in both ways, and that are a Buf of bytes 0.5.
#pragma once

#include <utility>

#include <ferry/io/bytes.hpp>
#include <ferry/io/cursor.hpp>
#include <ferry/v0_2/io/buf.hpp>
#include <ferry/v0_2/io/legacy.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2::io {

/// As ferry::io::Cursor. `Cursor(bytes)` borrows bytes that have a name, and owns ones that are moved in.
///
/// Tokio: `std::io::Cursor`, `&[u8]` as a reader and `Vec<u8>` as a writer.
template <ferry::io::ByteRange T>
class Cursor : public detail::Legacy<Cursor<T>, detail::LegacyBuf<ferry::io::Cursor<T>>> {
  using Modern = detail::LegacyBuf<ferry::io::Cursor<T>>;

 public:
  explicit Cursor(T bytes) : detail::Legacy<Cursor, Modern>(Modern(std::forward<T>(bytes))) {}
};

template <class T>
Cursor(T&&) -> Cursor<T>;

}  // namespace ferry::v0_2::io
