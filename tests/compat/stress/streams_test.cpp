// Legacy and modern tasks that race on one stream, on a runtime of several workers.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/compat/legacy.hpp>
#include <ferry/io.hpp>
#include <ferry/net.hpp>
#include <ferry/task.hpp>
#include <ferry/v0_2/io.hpp>
#include <ferry/v0_2/net.hpp>

#include "compat/net/tcp_pair.hpp"
#include "compat/stress/numbered.hpp"
#include "stress/stress.hpp"

using namespace ferry;
namespace legacy = ferry::v0_2;
using test::check_legacy;
using test::check_modern;
using test::write_legacy;
using test::write_modern;

namespace {

/// Sends back what comes: reads in the way of 0.2, writes in that of 1.x.
template <class R, class W>
Task<void> echo(R reader, W writer) {
  std::array<std::byte, 700> memory;
  for (;;) {
    auto read = [&](Context& cx) { return reader.poll_read(cx, std::span<std::byte>(memory)); };
    const auto size = co_await poll_fn(read);
    if (!size || *size == 0) break;
    const auto written = co_await writer.write_all(std::span(memory).first(*size));
    if (!written) break;
  }
  const auto ended = co_await writer.shutdown();
  CHECK(ended.has_value());
}

}  // namespace

TEST_SUITE("compat.stress") {
  TEST_CASE("a TCP stream that an old task writes to and a new one reads from brings every byte, in order") {
    stress::for_a_while_on_workers([](const runtime::Runtime& rt, std::uint32_t round) {
      auto [here, there] = rt.block_on(test::legacy_tcp_pair());
      auto [reader, writer] = std::move(here).into_split();
      auto [peer_reader, peer_writer] = std::move(there).into_split();
      constexpr std::size_t kSize = 40'000;
      task::JoinSet<void> tasks;
      tasks.spawn_on(write_legacy(std::move(writer), kSize, round), rt.handle());
      tasks.spawn_on(echo(std::move(peer_reader), compat::from_legacy(std::move(peer_writer))), rt.handle());
      tasks.spawn_on(check_modern(compat::from_legacy(std::move(reader)), kSize, round), rt.handle());
      rt.block_on(std::move(tasks).join_all());
    });
  }

  TEST_CASE("a TCP stream that a new task writes to and an old one reads from does so, too") {
    stress::for_a_while_on_workers([](const runtime::Runtime& rt, std::uint32_t round) {
      auto [here, there] = rt.block_on(test::legacy_tcp_pair());
      auto [reader, writer] = compat::from_legacy(std::move(here)).into_split();
      auto [peer_reader, peer_writer] = std::move(there).into_split();
      constexpr std::size_t kSize = 40'000;
      task::JoinSet<void> tasks;
      tasks.spawn_on(write_modern(std::move(writer), kSize, round), rt.handle());
      tasks.spawn_on(echo(std::move(peer_reader), compat::from_legacy(std::move(peer_writer))), rt.handle());
      tasks.spawn_on(check_legacy(compat::into_legacy(std::move(reader)), kSize, round), rt.handle());
      rt.block_on(std::move(tasks).join_all());
    });
  }

  TEST_CASE("an old AnyRead over a new duplex brings what a new task writes, though reads are given up") {
    stress::for_a_while_on_workers([](const runtime::Runtime& rt, std::uint32_t round) {
      auto [here, there] = io::duplex(1 + round % 50);
      constexpr std::size_t kSize = 4'000;
      task::JoinSet<void> tasks;
      tasks.spawn_on(write_modern(std::move(here), kSize, round), rt.handle());
      tasks.spawn_on(check_legacy(legacy::io::AnyRead(std::move(there)), kSize, round), rt.handle());
      rt.block_on(std::move(tasks).join_all());
    });
  }

  TEST_CASE("the old halves of an AnyReadWrite over a new duplex are used by an old and a new task") {
    stress::for_a_while_on_workers([](const runtime::Runtime& rt, std::uint32_t round) {
      auto [here, there] = io::duplex(1 + round % 50);
      auto [reader, writer] = legacy::io::split(legacy::io::AnyReadWrite(std::move(here)));
      auto [peer_reader, peer_writer] = legacy::io::split(compat::into_legacy(std::move(there)));
      constexpr std::size_t kSize = 4'000;
      task::JoinSet<void> tasks;
      tasks.spawn_on(write_legacy(std::move(writer), kSize, round), rt.handle());
      tasks.spawn_on(echo(std::move(peer_reader), std::move(peer_writer)), rt.handle());
      tasks.spawn_on(check_modern(std::move(reader), kSize, round), rt.handle());
      rt.block_on(std::move(tasks).join_all());
    });
  }
}
