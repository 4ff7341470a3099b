// std::move and std::forward without the standard library, whose headers take long to parse.
#pragma once

#include <string>

namespace ferry::rewriter::test {

inline const std::string kMoves = R"cpp(
  namespace std {
  template <class T>
  struct remove_reference {
    using type = T;
  };
  template <class T>
  struct remove_reference<T&> {
    using type = T;
  };
  template <class T>
  struct remove_reference<T&&> {
    using type = T;
  };
  template <class T>
  constexpr typename remove_reference<T>::type&& move(T&& t) noexcept {
    return static_cast<typename remove_reference<T>::type&&>(t);
  }
  template <class T>
  constexpr T&& forward(typename remove_reference<T>::type& t) noexcept {
    return static_cast<T&&>(t);
  }
  }  // namespace std
)cpp";

}  // namespace ferry::rewriter::test
