#include <concepts>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/io.hpp>
#include <ferry/stream.hpp>
#include <ferry/util/bytes_mut.hpp>
#include <ferry/v0_2/io.hpp>
#include <ferry/v0_2/stream.hpp>
#include <ferry/v0_2/util.hpp>

#include "runtime/io/script.hpp"
#include "support/spawn.hpp"

using namespace ferry;
namespace legacy = ferry::v0_2;

namespace {

using legacy::stream::collect;
using util::BytesMut;
using Text = std::vector<std::string>;

const Text kWords = {"one ", "", "two"};

// What a future gives that has all it needs.
template <class Make>
auto output_of(Make&& make) {
  auto polled = test::spawn(std::forward<Make>(make)).poll();
  REQUIRE(polled.is_ready());
  return *std::move(polled);
}

// What did not change is the same object.
static_assert(&collect<Text> == &stream::collect<Text>);
static_assert(legacy::stream::FromStream<Text, std::string> && !legacy::stream::FromStream<Text, int>);

// Bytes in one piece: then, and not now.
using Words = decltype(stream::iter(kWords));
template <class C>
constexpr bool kCollectedThen = std::invocable<decltype(legacy::stream::collect<C>), Words>;
template <class C>
constexpr bool kCollectedNow = std::invocable<decltype(stream::collect<C>), Words>;
static_assert(kCollectedThen<std::string> && kCollectedNow<std::string>);
static_assert(kCollectedThen<BytesMut> && !kCollectedNow<BytesMut>);
static_assert(legacy::stream::FromStream<BytesMut, std::string>);
static_assert(!legacy::stream::FromStream<BytesMut, int>);
static_assert(!stream::FromStream<BytesMut, std::string>);

// Several pieces that are used up.
class Rope {
 public:
  explicit Rope(Text pieces) : pieces_(std::move(pieces)) {}
  std::size_t remaining() const {
    std::size_t size = 0;
    for (const std::string& piece : pieces_) size += piece.size();
    return size;
  }
  std::span<const std::byte> chunk() const { return std::as_bytes(std::span(pieces_.front())); }
  void advance(std::size_t size) {
    pieces_.front().erase(0, size);
    if (pieces_.front().empty()) pieces_.erase(pieces_.begin());
  }

 private:
  Text pieces_;
};

}  // namespace

TEST_SUITE("compat.stream.collect") {
  TEST_CASE("STRM-06: collect makes text, containers, results and nothing at all, as in 1.x") {
    CHECK(output_of([] { return stream::iter(kWords) | collect<std::string>(); }) == "one two");
    CHECK(output_of([] { return collect<Text>(stream::iter(kWords)); }) == kWords);
    CHECK(output_of([] { return stream::iter(kWords) | collect<std::set<std::string>>(); }).size() == 3);

    using Item = io::Result<int>;
    const io::Error late = make_error_code(boost::system::errc::timed_out);
    auto items = stream::iter({Item(1), Item(late), Item(2)});
    using All = io::Result<std::vector<int>>;
    CHECK(output_of([&] { return items | collect<All>(); }).error() == late);
    CHECK(output_of([&] { return items | collect<All>(); }).value() == std::vector{2});

    auto done = stream::iter({std::monostate(), std::monostate()});
    CHECK(output_of([&] { return done | collect<std::monostate>(); }) == std::monostate());
    auto steps = stream::iter({io::Result<void>(), io::Result<void>(late)});
    CHECK(output_of([&] { return steps | collect<io::Result<void>>(); }).error() == late);
  }

  TEST_CASE("STRM-07: the bytes of all items are collected in one piece") {
    const BytesMut bytes = output_of([] { return stream::iter(kWords) | collect<BytesMut>(); });
    CHECK(test::text_of(bytes) == "one two");
    CHECK(output_of([] { return stream::empty<std::string>() | collect<BytesMut>(); }).empty());

    auto views = stream::iter({std::string_view("ab"), std::string_view("c")});
    CHECK(test::text_of(output_of([&] { return collect<BytesMut>(views); })) == "abc");
    auto ropes = stream::iter({Rope({"a", "bc"}), Rope({}), Rope({"d"})});
    CHECK(test::text_of(output_of([&] { return ropes | collect<BytesMut>(); })) == "abcd");
  }

  TEST_CASE("STRM-07: the bytes of results are collected up to the first error") {
    test::ScriptedReader reader;
    reader.give("one ").give("two");
    using All = io::Result<BytesMut>;
    auto read = output_of([&] { return util::ReaderStream(std::move(reader)) | collect<All>(); });
    CHECK(test::text_of(read.value()) == "one two");

    const io::Error broken = make_error_code(boost::system::errc::io_error);
    test::ScriptedReader failing;
    failing.give("one ").fail(broken);
    auto failed = output_of([&] { return util::ReaderStream(std::move(failing)) | collect<All>(); });
    CHECK(failed.error() == broken);
  }

  TEST_CASE("STRM-07: in 1.x a fold appends to the bytes") {
    auto append = [](BytesMut bytes, const std::string& item) {
      bytes.put_slice(item);
      return bytes;
    };
    CHECK(output_of([&] { return stream::iter(kWords) | stream::fold(BytesMut(), append); }) ==
          output_of([] { return stream::iter(kWords) | collect<BytesMut>(); }));
  }
}
