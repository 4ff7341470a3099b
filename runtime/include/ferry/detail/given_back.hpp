// GivenBack: the value that an error returns to the caller.
#pragma once

#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include <ferry/assert.hpp>

namespace ferry::detail {

/// Holds a value so that the error around it can be copied, which `Result<void, E>::error()` does: a value
/// that cannot be copied is shared between the copies. Default-constructible for the same reason.
template <class T>
class GivenBack {
 public:
  GivenBack() = default;
  explicit GivenBack(T&& value) {
    if constexpr (kIsCopied)
      value_.emplace(std::move(value));
    else
      value_ = std::make_shared<T>(std::move(value));
  }

  /// The value; once.
  T into_inner() && {
    FERRY_ASSERT(value_, "the value of an error is taken from the result that has it");
    return std::move(*value_);
  }
  const T& value() const noexcept {
    FERRY_ASSERT(value_, "the value of an error is looked at in the result that has it");
    return *value_;
  }

 private:
  static constexpr bool kIsCopied = std::is_copy_constructible_v<T>;
  std::conditional_t<kIsCopied, std::optional<T>, std::shared_ptr<T>> value_;
};

}  // namespace ferry::detail
