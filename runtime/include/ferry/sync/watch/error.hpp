// What can go wrong with watch channels.
#pragma once

#include <stdexcept>
#include <utility>

#include <boost/throw_exception.hpp>

#include <ferry/result.hpp>

namespace ferry::sync::watch::error {

/// There is no receiver; gives the value back. Tokio: `watch::error::SendError`.
template <class T>
class SendError {
 public:
  explicit SendError(T&& value) : value_(std::move(value)) {}
  T into_inner() && { return std::move(value_); }
  const T& value() const noexcept { return value_; }
  const char* what() const noexcept { return "channel closed"; }

 private:
  T value_;
};

/// All senders are gone. Tokio: `watch::error::RecvError`.
class RecvError {
 public:
  const char* what() const noexcept { return "channel closed"; }
  friend bool operator==(RecvError, RecvError) = default;
};

template <class T>
[[noreturn]] void throw_exception_from_error(const SendError<T>& error, const boost::source_location& where) {
  boost::throw_with_location(std::runtime_error(error.what()), where);
}
[[noreturn]] inline void throw_exception_from_error(const RecvError& error, const boost::source_location& where) {
  boost::throw_with_location(std::runtime_error(error.what()), where);
}

}  // namespace ferry::sync::watch::error
