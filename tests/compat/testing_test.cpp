#include <string>
#include <type_traits>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/io.hpp>
#include <ferry/sync.hpp>
#include <ferry/task.hpp>
#include <ferry/testing.hpp>
#include <ferry/v0_2/io.hpp>
#include <ferry/v0_2/sync.hpp>
#include <ferry/v0_2/testing.hpp>

using namespace ferry;
namespace legacy = ferry::v0_2;

namespace {

static_assert(std::is_same_v<legacy::testing::io::Mock, testing::io::Mock>);
static_assert(std::is_same_v<legacy::testing::io::Builder, testing::io::Builder>);

Task<std::string> talk(legacy::testing::io::Mock peer) {
  CHECK((co_await legacy::io::write_all(peer, "ping")).has_value());
  std::string answer(4, '\0');
  CHECK((co_await legacy::io::read_exact(peer, answer)).has_value());
  co_return answer;
}

}  // namespace

TEST_SUITE("compat.testing") {
  TEST_CASE("TEST-01: a Mock follows its script, inside block_on") {
    auto peer = legacy::testing::io::Builder().write("ping").read("pong").build();
    CHECK(legacy::testing::block_on(talk(std::move(peer))) == "pong");
  }

  TEST_CASE("TEST-01: spawn polls futures and streams of both APIs by hand") {
    auto [tx, rx] = legacy::sync::mpsc::channel<int>(1);
    auto receiving = legacy::testing::task::spawn([&] { return rx.recv(); });
    REQUIRE(receiving.poll().is_pending());
    CHECK_FALSE(receiving.is_woken());
    REQUIRE(tx.try_send(1).has_value());
    CHECK(receiving.is_woken());
    CHECK(*receiving.poll() == 1);
    auto items = legacy::testing::task::spawn(std::move(rx));
    REQUIRE(items.poll_next().is_pending());
    {
      auto gone = std::move(tx);
    }
    CHECK(items.is_woken());
    CHECK_FALSE((*items.poll_next()).has_value());
  }
}
