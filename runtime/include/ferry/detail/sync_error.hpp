// SyncError: what the error types of `sync` have in common.
#pragma once

#include <concepts>
#include <stdexcept>

#include <boost/throw_exception.hpp>
#include <ferry/result.hpp>

namespace ferry::detail {

/// The base of an error that has a text, `what()`.
class SyncError {
 protected:
  SyncError() = default;
};

/// What `Result::value()` does with an error. Found through the base.
template <std::derived_from<SyncError> E>
[[noreturn]] void throw_exception_from_error(const E& error, const boost::source_location& where) {
  boost::throw_with_location(std::runtime_error(error.what()), where);
}

/// What printing a `Result` does with an error.
template <class Stream, std::derived_from<SyncError> E>
Stream& operator<<(Stream& stream, const E& error) {
  stream << error.what();
  return stream;
}

}  // namespace ferry::detail
