// at_once: for what is expected to be ready when it is polled first.
#pragma once

#include <string>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/io/read.hpp>

#include "support/spawn.hpp"

namespace ferry::test {

/// Polls the future that `make` gives, which must be ready, and gives its result.
template <class Make>
FutureOutput<std::invoke_result_t<Make>> at_once(Make&& make) {
  auto future = spawn(std::forward<Make>(make));
  auto polled = future.poll();
  REQUIRE(polled.is_ready());
  return *std::move(polled);
}

/// What one read of up to `size` bytes gives; empty at the end.
template <class R>
std::string read_once(R& reader, std::size_t size = 64) {
  std::string buffer(size, '\0');
  const auto n = at_once([&] { return io::read(reader, buffer); });
  REQUIRE(n.has_value());
  buffer.resize(*n);
  return buffer;
}

/// All that a reader gives until its end.
template <class R>
std::string read_all(R& reader) {
  std::string text;
  REQUIRE(at_once([&] { return io::read_to_string(reader, text); }).has_value());
  return text;
}

}  // namespace ferry::test
