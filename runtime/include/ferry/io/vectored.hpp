// Writing several pieces at once through writers that may or may not be able to.
#pragma once

#include <cstddef>
#include <span>

#include <ferry/future.hpp>
#include <ferry/io/traits.hpp>
#include <ferry/io/write.hpp>
#include <ferry/result.hpp>

namespace ferry::io {

/// Whether `writer` takes several pieces in one call. One whose type says that it might has a member
/// `is_write_vectored()` that says whether it does. Tokio: `AsyncWrite::is_write_vectored`.
template <AsyncWrite W>
bool is_write_vectored(const W& writer) noexcept {
  if constexpr (requires { writer.is_write_vectored(); })
    return writer.is_write_vectored();
  else
    return VectoredWrite<W>;
}

/// Writes some of `pieces`: with one call where the writer can, else some of the first that is not empty.
/// Tokio: `AsyncWrite::poll_write_vectored`.
template <AsyncWrite W>
Poll<Result<std::size_t>> poll_write_vectored(W& writer, Context& cx,
                                              std::span<const std::span<const std::byte>> pieces) {
  if constexpr (VectoredWrite<W>) {
    return writer.poll_write_vectored(cx, pieces);
  } else {
    for (const std::span<const std::byte> piece : pieces) {
      if (!piece.empty()) return writer.poll_write(cx, piece);
    }
    return writer.poll_write(cx, {});
  }
}

}  // namespace ferry::io
