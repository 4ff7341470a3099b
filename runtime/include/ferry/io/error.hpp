// Errors that the operating system has no number for.
#pragma once

#include <type_traits>

#include <boost/system/error_code.hpp>
#include <ferry/result.hpp>

namespace ferry::io {

/// What goes wrong in `io` itself. Everything else is an errno in `boost::system::system_category()`.
/// Tokio: `std::io::ErrorKind`.
enum class ErrorKind {
  UnexpectedEof = 1,  ///< the input ended before as much was read as was asked for
  WriteZero,          ///< a writer took none of the bytes it was given
  InvalidData,        ///< text that is not UTF-8
  InvalidInput,       ///< an argument that means nothing, such as an address that cannot be parsed
};

/// The category of `ErrorKind`.
const boost::system::error_category& error_category() noexcept;

inline Error make_error_code(ErrorKind kind) noexcept {
  return Error(static_cast<int>(kind), error_category());
}

/// The error of the last system call: errno.
Error last_os_error() noexcept;

}  // namespace ferry::io

template <>
struct boost::system::is_error_code_enum<ferry::io::ErrorKind> : std::true_type {};
