// What can go wrong with mpsc channels. Each error gives back what would be lost.
#pragma once

#include <stdexcept>
#include <utility>

#include <boost/throw_exception.hpp>

#include <ferry/result.hpp>

namespace ferry::sync::mpsc::error {

/// The receiver is gone or has closed; holds the value that was to be sent. Tokio: `mpsc::error::SendError`.
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

/// The receiver is gone or has closed; there was no value yet.
template <>
class SendError<void> {
 public:
  const char* what() const noexcept { return "channel closed"; }
  friend bool operator==(SendError, SendError) = default;
};

/// Why a value could not be sent at once; holds it. Tokio: `mpsc::error::TrySendError`.
template <class T>
class TrySendError {
 public:
  enum Kind : unsigned char { Full, Closed };

  TrySendError(Kind kind, T&& value) : value_(std::move(value)), kind_(kind) {}
  Kind kind() const noexcept { return kind_; }
  bool is_full() const noexcept { return kind_ == Full; }
  bool is_closed() const noexcept { return kind_ == Closed; }
  T into_inner() && { return std::move(value_); }
  const T& value() const noexcept { return value_; }
  const char* what() const noexcept { return kind_ == Full ? "no available capacity" : "channel closed"; }

 private:
  T value_;
  Kind kind_;
};

/// Why a place could not be reserved at once.
template <>
class TrySendError<void> {
 public:
  enum Kind : unsigned char { Full, Closed };

  explicit TrySendError(Kind kind) noexcept : kind_(kind) {}
  Kind kind() const noexcept { return kind_; }
  bool is_full() const noexcept { return kind_ == Full; }
  bool is_closed() const noexcept { return kind_ == Closed; }
  const char* what() const noexcept { return kind_ == Full ? "no available capacity" : "channel closed"; }

 private:
  Kind kind_;
};

/// Why there is no value: not yet, or never again. Tokio: `mpsc::error::TryRecvError`.
enum class TryRecvError : unsigned char { Empty, Disconnected };

template <class T>
[[noreturn]] void throw_exception_from_error(const SendError<T>& error, const boost::source_location& where) {
  boost::throw_with_location(std::runtime_error(error.what()), where);
}
template <class T>
[[noreturn]] void throw_exception_from_error(const TrySendError<T>& error, const boost::source_location& where) {
  boost::throw_with_location(std::runtime_error(error.what()), where);
}
[[noreturn]] inline void throw_exception_from_error(TryRecvError error, const boost::source_location& where) {
  boost::throw_with_location(
      std::runtime_error(error == TryRecvError::Empty ? "channel empty" : "channel disconnected"), where);
}

}  // namespace ferry::sync::mpsc::error
