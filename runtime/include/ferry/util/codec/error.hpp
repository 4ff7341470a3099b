// What codecs say of input that they refuse.
#pragma once

#include <type_traits>

#include <boost/system/error_code.hpp>
#include <ferry/result.hpp>

namespace ferry::util::codec {

/// Tokio: `codec::LinesCodecError`.
enum class LinesCodecError {
  MaxLineLengthExceeded = 1,  ///< a line is longer than allowed; it is skipped
};

/// Tokio: `codec::AnyDelimiterCodecError`.
enum class AnyDelimiterCodecError {
  MaxChunkLengthExceeded = 2,  ///< a chunk is longer than allowed; it is skipped
};

/// Tokio: `codec::LengthDelimitedCodecError`.
enum class LengthDelimitedCodecError {
  MaxFrameLengthExceeded = 3,  ///< a frame is longer than allowed
  LengthOverflow = 4,  ///< a length that the adjustment takes out of its range, or a frame of no bytes
};

/// The category of all of them.
const boost::system::error_category& error_category() noexcept;

inline io::Error make_error_code(LinesCodecError error) noexcept {
  return io::Error(static_cast<int>(error), error_category());
}
inline io::Error make_error_code(AnyDelimiterCodecError error) noexcept {
  return io::Error(static_cast<int>(error), error_category());
}
inline io::Error make_error_code(LengthDelimitedCodecError error) noexcept {
  return io::Error(static_cast<int>(error), error_category());
}

}  // namespace ferry::util::codec

template <>
struct boost::system::is_error_code_enum<ferry::util::codec::LinesCodecError> : std::true_type {};
template <>
struct boost::system::is_error_code_enum<ferry::util::codec::AnyDelimiterCodecError> : std::true_type {};
template <>
struct boost::system::is_error_code_enum<ferry::util::codec::LengthDelimitedCodecError> : std::true_type {};
