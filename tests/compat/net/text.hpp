// Text through streams of both kinds.
#pragma once

#include <string>
#include <string_view>

#include <doctest/doctest.h>
#include <ferry/task.hpp>

namespace ferry::test {

template <class S>
Task<void> send_text(S& stream, std::string_view text) {
  const auto sent = co_await stream.write_all(text);
  CHECK(sent.has_value());
}

/// What a read gives: nothing at the end.
template <class S>
Task<std::string> read_text(S& stream) {
  std::string text(64, '\0');
  const auto size = co_await stream.read(text);
  text.resize(size.value());
  co_return text;
}

template <class S>
Task<void> expect_text(S& stream, std::string_view expected) {
  const std::string text = co_await read_text(stream);
  CHECK(text == expected);
}

}  // namespace ferry::test
