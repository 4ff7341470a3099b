// Bytes that tell their place, written and read by tasks of 0.2 and of 1.x that give up half way and go on.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/future.hpp>
#include <ferry/io.hpp>
#include <ferry/task.hpp>
#include <ferry/v0_2/io.hpp>

#include "stress/stress.hpp"

namespace ferry::test {

/// Awaits `future`, which alone wakes the task then, or gives it up half way and gives nothing.
template <class F>
Task<std::optional<FutureOutput<F>>> perhaps(F& future, stress::Chance& chance) {
  if (chance.one_in(4)) {
    auto impatient = stress::impatient(future, chance.below(3));
    auto output = co_await impatient;
    co_return output;
  }
  auto output = co_await future;
  co_return output;
}

/// The byte at `place`; the period is a prime.
constexpr std::byte numbered(std::size_t place) noexcept { return static_cast<std::byte>(place % 251); }

using Chunk = std::array<std::byte, 600>;

/// The bytes from `place` on, up to `size`, some of them.
inline std::span<const std::byte> fill_chunk(Chunk& chunk, std::size_t place, std::size_t size,
                                             stress::Chance& chance) {
  const std::size_t count = std::min<std::size_t>(size - place, 1 + chance.below(chunk.size()));
  for (std::size_t i = 0; i < count; ++i) chunk[i] = numbered(place + i);
  return std::span(chunk).first(count);
}

/// How many of `bytes` are not those from `place` on.
inline std::size_t wrong_bytes(std::span<const std::byte> bytes, std::size_t place) {
  std::size_t wrong = 0;
  for (const std::byte byte : bytes) wrong += byte != numbered(place++);
  return wrong;
}

/// Writes `size` bytes with the functions of 0.2, and ends.
template <class W>
Task<void> write_legacy(W writer, std::size_t size, std::uint32_t round) {
  stress::Chance chance(round, 1);
  Chunk chunk;
  for (std::size_t place = 0; place < size;) {
    auto writing = v0_2::io::write(writer, fill_chunk(chunk, place, size, chance));
    const auto written = co_await perhaps(writing, chance);
    if (!written) continue;  // given up: nothing has been written
    REQUIRE(written->has_value());
    place += **written;
  }
  const auto ended = co_await v0_2::io::shutdown(writer);
  CHECK(ended.has_value());
}

/// The same with those of 1.x.
template <class W>
Task<void> write_modern(W writer, std::size_t size, std::uint32_t round) {
  stress::Chance chance(round, 2);
  Chunk chunk;
  for (std::size_t place = 0; place < size;) {
    auto writing = io::write(writer, fill_chunk(chunk, place, size, chance));
    const auto written = co_await perhaps(writing, chance);
    if (!written) continue;
    REQUIRE(written->has_value());
    place += **written;
  }
  const auto ended = co_await io::shutdown(writer);
  CHECK(ended.has_value());
}

/// Reads to the end by polling as in 0.2, and finds `size` bytes in order.
template <class R>
Task<void> check_legacy(R reader, std::size_t size, std::uint32_t round) {
  stress::Chance chance(round, 3);
  Chunk chunk;
  std::size_t place = 0;
  std::size_t wrong = 0;
  for (;;) {
    const std::span<std::byte> memory = std::span(chunk).first(1 + chance.below(chunk.size()));
    auto read = [&](Context& cx) { return reader.poll_read(cx, memory); };
    auto reading = poll_fn(read);
    const auto count = co_await perhaps(reading, chance);
    if (!count) continue;  // given up: nothing is lost
    REQUIRE(count->has_value());
    if (**count == 0) break;
    wrong += wrong_bytes(memory.first(**count), place);
    place += **count;
  }
  CHECK(place == size);
  CHECK(wrong == 0);
}

/// The same with the functions of 1.x.
template <class R>
Task<void> check_modern(R reader, std::size_t size, std::uint32_t round) {
  stress::Chance chance(round, 4);
  Chunk chunk;
  std::size_t place = 0;
  std::size_t wrong = 0;
  for (;;) {
    const std::span<std::byte> memory = std::span(chunk).first(1 + chance.below(chunk.size()));
    auto reading = io::read(reader, memory);
    const auto count = co_await perhaps(reading, chance);
    if (!count) continue;
    REQUIRE(count->has_value());
    if (**count == 0) break;
    wrong += wrong_bytes(memory.first(**count), place);
    place += **count;
  }
  CHECK(place == size);
  CHECK(wrong == 0);
}

}  // namespace ferry::test
