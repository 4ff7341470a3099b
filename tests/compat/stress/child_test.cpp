// A child process whose pipes and whose end are waited for by legacy and by modern tasks at once.
#include <cstddef>
#include <cstdint>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/compat/legacy.hpp>
#include <ferry/process.hpp>
#include <ferry/task.hpp>
#include <ferry/v0_2/process.hpp>

#include "compat/stress/numbered.hpp"
#include "stress/stress.hpp"

using namespace ferry;
namespace legacy = ferry::v0_2;
using process::Stdio;

namespace {

/// Gives back what it reads.
template <class C>
C cat() {
  C command("/bin/cat");
  command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
  return command;
}

Task<void> await_legacy(legacy::process::Child child, std::uint32_t round) {
  stress::Chance chance(round, 5);
  for (;;) {
    const auto end = co_await test::perhaps(child, chance);
    if (!end) continue;
    CHECK(end->value().success());
    co_return;
  }
}

Task<void> await_modern(process::Child child, std::uint32_t round) {
  stress::Chance chance(round, 6);
  for (;;) {
    auto waiting = child.wait();
    const auto end = co_await test::perhaps(waiting, chance);
    if (!end) continue;
    CHECK(end->value().success());
    co_return;
  }
}

}  // namespace

TEST_SUITE("compat.stress") {
  TEST_CASE("an old child that an old task writes to, a new one reads from and either awaits loses nothing") {
    stress::for_a_while_on_workers([](const runtime::Runtime& rt, std::uint32_t round) {
      const auto guard = rt.enter();
      auto child = cat<legacy::process::Command>().spawn().value();
      auto in = *child.stdin.take();
      auto out = compat::from_legacy(*child.stdout.take());
      constexpr std::size_t kSize = 40'000;
      task::JoinSet<void> tasks;
      tasks.spawn_on(test::write_legacy(std::move(in), kSize, round), rt.handle());
      tasks.spawn_on(test::check_modern(std::move(out), kSize, round), rt.handle());
      if (round % 2 == 0)
        tasks.spawn_on(await_legacy(std::move(child), round), rt.handle());
      else
        tasks.spawn_on(await_modern(std::move(child), round), rt.handle());
      rt.block_on(std::move(tasks).join_all());
    });
  }

  TEST_CASE(
      "a new child that a new task writes to, an old one reads from and an old one awaits does so, too") {
    stress::for_a_while_on_workers([](const runtime::Runtime& rt, std::uint32_t round) {
      const auto guard = rt.enter();
      auto child = cat<process::Command>().spawn().value();
      auto in = *std::exchange(child.stdin, std::nullopt);
      auto out = compat::into_legacy(*std::exchange(child.stdout, std::nullopt));
      constexpr std::size_t kSize = 40'000;
      task::JoinSet<void> tasks;
      tasks.spawn_on(test::write_modern(std::move(in), kSize, round), rt.handle());
      tasks.spawn_on(test::check_legacy(std::move(out), kSize, round), rt.handle());
      tasks.spawn_on(await_legacy(compat::into_legacy(std::move(child)), round), rt.handle());
      rt.block_on(std::move(tasks).join_all());
    });
  }
}
