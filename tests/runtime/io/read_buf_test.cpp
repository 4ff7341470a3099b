#include <array>
#include <stdexcept>

#include <doctest/doctest.h>
#include <ferry/io/read_buf.hpp>

#include "runtime/io/script.hpp"

namespace ferry {
namespace {

std::span<const std::byte> bytes(std::string_view text) { return std::as_bytes(std::span(text)); }

TEST_SUITE("io.ReadBuf") {
  TEST_CASE("a new buffer is empty, has its memory's capacity, and takes it to be initialised") {
    std::array<std::byte, 8> memory{};
    io::ReadBuf buf(memory);
    CHECK(buf.capacity() == 8);
    CHECK(buf.remaining() == 8);
    CHECK(buf.filled().empty());
    CHECK(buf.initialized().size() == 8);
  }

  TEST_CASE("put_slice appends, and fills what it initialises") {
    std::array<std::byte, 8> memory{};
    io::ReadBuf buf = io::ReadBuf::uninit(memory);
    CHECK(buf.initialized().empty());
    buf.put_slice(bytes("abc"));
    buf.put_slice(bytes("de"));
    CHECK(test::text_of(buf.filled()) == "abcde");
    CHECK(buf.initialized().size() == 5);
    CHECK(buf.remaining() == 3);
  }

  TEST_CASE("put_slice without room throws and changes nothing") {
    std::array<std::byte, 4> memory{};
    io::ReadBuf buf(memory);
    buf.put_slice(bytes("abc"));
    CHECK_THROWS_AS(buf.put_slice(bytes("de")), std::logic_error);
    CHECK(test::text_of(buf.filled()) == "abc");
  }

  TEST_CASE("initialize_unfilled zeroes only what was never initialised") {
    std::array<std::byte, 4> memory;
    memory.fill(std::byte{0xff});
    io::ReadBuf buf = io::ReadBuf::uninit(memory);
    buf.unfilled_mut()[0] = std::byte{7};
    buf.assume_init(1);
    const auto unfilled = buf.initialize_unfilled();
    REQUIRE(unfilled.size() == 4);
    CHECK(unfilled[0] == std::byte{7});
    CHECK(unfilled[1] == std::byte{0});
    CHECK(unfilled[3] == std::byte{0});
    CHECK(buf.filled().empty());
  }

  TEST_CASE("initialize_unfilled_to stops where it was told to") {
    std::array<std::byte, 4> memory;
    memory.fill(std::byte{0xff});
    io::ReadBuf buf = io::ReadBuf::uninit(memory);
    CHECK(buf.initialize_unfilled_to(2).size() == 2);
    CHECK(buf.initialized().size() == 2);
    CHECK(memory[2] == std::byte{0xff});
    CHECK_THROWS_AS(buf.initialize_unfilled_to(5), std::logic_error);
  }

  TEST_CASE("advance past what is initialised throws") {
    std::array<std::byte, 4> memory;
    io::ReadBuf buf = io::ReadBuf::uninit(memory);
    CHECK_THROWS_AS(buf.advance(1), std::logic_error);
    buf.unfilled_mut()[0] = std::byte{1};
    buf.assume_init(1);
    buf.advance(1);
    CHECK(buf.filled().size() == 1);
  }

  TEST_CASE("clear and set_filled keep what is initialised") {
    std::array<std::byte, 4> memory;
    io::ReadBuf buf = io::ReadBuf::uninit(memory);
    buf.put_slice(bytes("abc"));
    buf.clear();
    CHECK(buf.filled().empty());
    CHECK(buf.initialized().size() == 3);
    buf.set_filled(2);
    CHECK(test::text_of(buf.filled()) == "ab");
    CHECK_THROWS_AS(buf.set_filled(4), std::logic_error);
  }

  TEST_CASE("inner_mut gives all of the memory, whatever is filled") {
    std::array<std::byte, 4> memory;
    io::ReadBuf buf = io::ReadBuf::uninit(memory);
    buf.put_slice(bytes("ab"));
    CHECK(buf.inner_mut().data() == memory.data());
    CHECK(buf.inner_mut().size() == 4);
  }

  TEST_CASE("take gives a window of the unfilled part that is counted only when the caller does so") {
    std::array<std::byte, 8> memory;
    io::ReadBuf buf = io::ReadBuf::uninit(memory);
    buf.put_slice(bytes("ab"));
    io::ReadBuf window = buf.take(3);
    CHECK(window.capacity() == 3);
    CHECK(window.filled().empty());
    window.put_slice(bytes("cd"));
    CHECK(test::text_of(buf.filled()) == "ab");
    buf.assume_init(window.filled().size());
    buf.advance(window.filled().size());
    CHECK(test::text_of(buf.filled()) == "abcd");
    CHECK(buf.take(100).capacity() == 4);
  }
}

}  // namespace
}  // namespace ferry
