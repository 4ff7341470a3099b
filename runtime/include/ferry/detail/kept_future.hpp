// KeptFuture: how a combinator keeps a future that it is given.
#pragma once

#include <concepts>
#include <type_traits>

namespace ferry::detail {

/// What a combinator keeps of an argument `F&&`: a reference, unless it is a movable temporary.
template <class F>
using KeptFuture = std::conditional_t<std::is_lvalue_reference_v<F>, F,
                                      std::conditional_t<std::move_constructible<F>, F, F&&>>;

/// Whether that refers to a temporary, which does not outlive the full expression.
template <class F>
concept BorrowedTemporary = std::is_rvalue_reference_v<KeptFuture<F>>;

}  // namespace ferry::detail
