// chain: one reader after the other, of 0.2 or of 1.x.
#pragma once

#include <type_traits>
#include <utility>

#include <ferry/io/chain.hpp>
#include <ferry/v0_2/io/legacy.hpp>
#include <ferry/v0_2/io/traits.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2::io {

/// What the first reader gives, and at its end what the second one gives; reads in both ways.
///
/// Tokio: 0.2's `io::Chain`.
template <detail::Reader A, detail::Reader B>
class Chain : public detail::Legacy<Chain<A, B>, ferry::io::Chain<detail::Modern<A>, detail::Modern<B>>> {
  using Modern = ferry::io::Chain<detail::Modern<A>, detail::Modern<B>>;
  using Base = detail::Legacy<Chain, Modern>;

 public:
  Chain(A first, B second)
      : Base(Modern(static_cast<detail::Modern<A>>(std::forward<A>(first)),
                    static_cast<detail::Modern<B>>(std::forward<B>(second)))) {}

  std::pair<const std::remove_reference_t<A>&, const std::remove_reference_t<B>&> get_ref() const noexcept {
    const auto both = Modern::get_ref();
    return {detail::unwrapped<A>(both.first), detail::unwrapped<B>(both.second)};
  }
  std::pair<std::remove_reference_t<A>&, std::remove_reference_t<B>&> get_mut() noexcept {
    const auto both = Modern::get_mut();
    return {detail::unwrapped<A>(both.first), detail::unwrapped<B>(both.second)};
  }
  std::pair<A, B> into_inner() && {
    auto both = static_cast<Modern&&>(*this).into_inner();
    return {detail::take_out<A>(std::forward<detail::Modern<A>>(both.first)),
            detail::take_out<B>(std::forward<detail::Modern<B>>(both.second))};
  }
};

/// A reader that goes on with `second` when `first` has ended: the caller's readers, which are borrowed, or
/// ones that are moved in.
///
/// Tokio: `AsyncReadExt::chain`.
template <class A, class B>
  requires(detail::Reader<A> && detail::Reader<B>)
[[nodiscard]] Chain<A, B> chain(A&& first, B&& second) {
  return Chain<A, B>(std::forward<A>(first), std::forward<B>(second));
}

}  // namespace ferry::v0_2::io
