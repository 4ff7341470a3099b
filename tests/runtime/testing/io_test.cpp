#include <array>
#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/io.hpp>
#include <ferry/runtime.hpp>
#include <ferry/task.hpp>
#include <ferry/testing/io.hpp>
#include <ferry/time.hpp>

#include "runtime/io/at_once.hpp"
#include "runtime/io/script.hpp"
#include "support/runtimes.hpp"
#include "support/spawn.hpp"

using namespace ferry;
using namespace std::chrono_literals;
using test::at_once;
using test::read_once;
using testing::io::Builder;
using testing::io::Handle;
using testing::io::Mock;

namespace {

static_assert(io::AsyncRead<Mock> && io::AsyncWrite<Mock>);

// What the destruction of a Mock says after `use`; nothing when its script is done.
template <class Use>
std::string last_words_of(const Builder& builder, Use use) {
  try {
    Mock mock = builder.build();
    use(mock);
  } catch (const std::logic_error& error) {
    return error.what();
  }
  return "";
}

TEST_SUITE("testing.io.Mock") {
  TEST_CASE("reads give what the script says, step by step, and then the end") {
    Mock mock = Builder().read("hello ").read("world!").build();
    CHECK(read_once(mock) == "hello ");
    CHECK(read_once(mock, 3) == "wor");
    CHECK(read_once(mock) == "ld!");
    CHECK(read_once(mock).empty());
  }

  TEST_CASE("writes may take the script's steps in other pieces") {
    Mock mock = Builder().write("hello ").write("world!").build();
    CHECK(at_once([&] { return mock.write("hel"); }).value() == 3);
    CHECK(at_once([&] { return mock.write("lo world!"); }).value() == 9);
    CHECK(at_once([&] { return mock.write(""); }).value() == 0);
    CHECK(at_once([&] { return mock.flush(); }).has_value());
    CHECK(at_once([&] { return mock.shutdown(); }).has_value());
  }

  TEST_CASE("a write that the script does not have throws, and says what is wrong") {
    Mock mock = Builder().name("the peer").write("hello").build();
    CHECK_THROWS_WITH_AS(static_cast<void>(test::spawn([&] { return mock.write("help!"); }).poll()),
                         "the peer: write of \"help!\" where the script has \"hello\"", std::logic_error);
    CHECK(at_once([&] { return mock.write("hello"); }).value() == 5);
    CHECK_THROWS_WITH_AS(static_cast<void>(test::spawn([&] { return mock.write("more"); }).poll()),
                         "the peer: unexpected write of \"more\"", std::logic_error);
  }

  TEST_CASE("a read waits while it is a write's turn") {
    Mock mock = Builder().write("ping").read("pong").build();
    std::array<char, 8> buffer;
    auto read = test::spawn([&] { return mock.read(buffer); });
    REQUIRE(read.poll().is_pending());
    CHECK(at_once([&] { return mock.write("pi"); }).value() == 2);
    REQUIRE(read.poll().is_pending());
    CHECK(at_once([&] { return mock.write("ng"); }).value() == 2);
    REQUIRE(read.is_woken());
    CHECK(**read.poll() == 4);
  }

  TEST_CASE("a write may come before reads that the script has before it") {
    Mock mock = Builder().read("ping").write("pong").build();
    CHECK(at_once([&] { return mock.write("pong"); }).value() == 4);
    CHECK(read_once(mock) == "ping");
  }

  TEST_CASE("errors come at their place, once") {
    const io::Error reset(ECONNRESET, boost::system::system_category());
    Mock mock = Builder()
                    .read("a")
                    .read_error(reset)
                    .read("b")
                    .write_error(io::ErrorKind::WriteZero)
                    .write("c")
                    .build();
    CHECK(read_once(mock) == "a");
    std::array<char, 8> buffer;
    CHECK(at_once([&] { return mock.read(buffer); }).error() == reset);
    auto write = test::spawn([&] { return mock.write("c"); });
    REQUIRE(write.poll().is_pending());
    CHECK(read_once(mock) == "b");
    REQUIRE(write.is_woken());
    CHECK(write.poll()->error() == io::ErrorKind::WriteZero);
    CHECK(at_once([&] { return mock.write("c"); }).value() == 1);
  }

  TEST_CASE("a wait takes its time, for reads and for writes") {
    test::paused().block_on([]() -> Task<void> {
      Mock mock = Builder().wait(1h).read("a").wait(1min).write("b").build();
      const time::Instant start = time::Instant::now();
      std::array<char, 8> buffer;
      CHECK((co_await mock.read(buffer)).value() == 1);
      CHECK(time::Instant::now() - start >= 1h);
      CHECK((co_await mock.write("b")).value() == 1);
      CHECK(time::Instant::now() - start >= 1h + 1min);
    }());
  }

  TEST_CASE("both directions may wait for the same step") {
    test::paused().block_on([]() -> Task<void> {
      Mock mock = Builder().wait(1h).write("a").read("b").build();
      auto [reader, writer] = io::split(std::move(mock));
      auto reading = spawn([](io::ReadHalf<Mock> half) -> Task<std::string> {
        std::string text(1, '.');
        CHECK((co_await half.read_exact(text)).has_value());
        co_return text;
      }(std::move(reader)));
      CHECK((co_await writer.write_all("a")).has_value());
      CHECK((co_await reading).value() == "b");
    }());
  }

  TEST_CASE("data that was not read or not written is a mistake") {
    const auto nothing = [](Mock&) {};
    CHECK(last_words_of(Builder().read("left"), nothing) == "Mock: not read: \"left\"");
    const auto write_two = [](Mock& mock) { CHECK(at_once([&] { return mock.write("le"); }).value() == 2); };
    CHECK(last_words_of(Builder().write("left"), write_two) == "Mock: not written: \"ft\"");
    CHECK(last_words_of(Builder().write("le").wait(1h), write_two).empty());
  }

  TEST_CASE("while an exception is under way its destruction adds none") {
    try {
      Mock mock = Builder().write("hello").build();
      static_cast<void>(at_once([&] { return mock.write("wrong"); }));
      FAIL("the write was expected to throw");
    } catch (const std::logic_error& error) {
      CHECK(std::string_view(error.what()).find("write of") != std::string_view::npos);
    }
  }

  TEST_CASE("moving it moves what is left of the script") {
    Mock first = Builder().read("ab").build();
    Mock second = std::move(first);
    CHECK(read_once(second, 1) == "a");
    first = std::move(second);
    CHECK(read_once(first) == "b");
  }

  TEST_CASE("a builder may be used again") {
    const Builder builder = Builder().read("a");
    Mock first = builder.build();
    Mock second = builder.build();
    CHECK(read_once(first) == "a");
    CHECK(read_once(second) == "a");
  }
}

TEST_SUITE("testing.io.Handle") {
  TEST_CASE("goes on with the script of a Mock that waits for it, until it is gone") {
    auto [mock, handle] = Builder().read("a").build_with_handle();
    CHECK(read_once(mock) == "a");
    std::array<char, 8> buffer;
    auto read = test::spawn([&, &mock = mock] { return mock.read(buffer); });
    REQUIRE(read.poll().is_pending());
    handle.write("b").read("c");
    REQUIRE(read.is_woken());
    REQUIRE(read.poll().is_pending());
    CHECK(at_once([&, &mock = mock] { return mock.write("b"); }).value() == 1);
    REQUIRE(read.is_woken());
    CHECK(**read.poll() == 1);

    auto end = test::spawn([&, &mock = mock] { return mock.read(buffer); });
    REQUIRE(end.poll().is_pending());
    {
      Handle gone = std::move(handle);
    }
    REQUIRE(end.is_woken());
    CHECK(**end.poll() == 0);
  }

  TEST_CASE("a write waits for the script to go on") {
    auto [mock, handle] = Builder().build_with_handle();
    auto write = test::spawn([&, &mock = mock] { return mock.write("b"); });
    REQUIRE(write.poll().is_pending());
    handle.write_error(io::ErrorKind::WriteZero).read_error(io::ErrorKind::InvalidData);
    REQUIRE(write.is_woken());
    CHECK(write.poll()->error() == io::ErrorKind::WriteZero);
    std::array<char, 8> buffer;
    CHECK(at_once([&, &mock = mock] { return mock.read(buffer); }).error() == io::ErrorKind::InvalidData);
  }
}

}  // namespace
