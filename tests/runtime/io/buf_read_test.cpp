#include <cerrno>
#include <concepts>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/io.hpp>
#include <ferry/stream/stream.hpp>
#include <ferry/stream/wrappers/lines.hpp>
#include <ferry/stream/wrappers/split.hpp>

#include "runtime/io/at_once.hpp"
#include "runtime/io/script.hpp"
#include "support/spawn.hpp"

using namespace ferry;
using test::at_once;
using test::ScriptedReader;

namespace {

const io::Error kBroken(EIO, boost::system::system_category());

static_assert(io::AsyncBufRead<io::BufReader<ScriptedReader>> && !io::AsyncBufRead<ScriptedReader>);
static_assert(!std::move_constructible<io::ReadLine<io::BufReader<ScriptedReader>>>);
static_assert(std::same_as<decltype(io::lines(std::declval<io::Empty&>())), io::Lines<io::Empty&>>);
static_assert(std::same_as<decltype(io::lines(std::declval<io::Empty>())), io::Lines<io::Empty>>);

// The lines that are ready one after the other.
template <class R>
std::vector<std::string> all(io::Lines<R> lines) {
  std::vector<std::string> all;
  for (;;) {
    auto line = at_once([&] { return lines.next_line(); }).value();
    if (!line) return all;
    all.push_back(*line);
  }
}

template <class R>
std::vector<std::string> all(io::Split<R> split) {
  std::vector<std::string> all;
  for (;;) {
    auto segment = at_once([&] { return split.next_segment(); }).value();
    if (!segment) return all;
    all.push_back(test::text_of(*segment));
  }
}

TEST_SUITE("io.read_until") {
  TEST_CASE("appends up to and with the delimiter, then the rest, then nothing") {
    io::Cursor reader(std::string_view("abc,de"));
    std::vector<char> bytes{'>'};
    CHECK(at_once([&] { return io::read_until(reader, ',', bytes); }).value() == 4);
    CHECK(std::string(bytes.data(), bytes.size()) == ">abc,");
    CHECK(at_once([&] { return reader.read_until(std::byte{','}, bytes); }).value() == 2);
    CHECK(at_once([&] { return reader.read_until(',', bytes); }).value() == 0);
    CHECK(std::string(bytes.data(), bytes.size()) == ">abc,de");
  }

  TEST_CASE("the delimiter may come in a later piece") {
    io::BufReader reader(ScriptedReader().give("ab").wait().give("cd,ef").build());
    std::vector<std::byte> bytes;
    auto read = test::spawn([&] { return reader.read_until(',', bytes); });
    REQUIRE(read.poll().is_pending());
    CHECK(**read.poll() == 5);
    CHECK(test::text_of(bytes) == "abcd,");
    CHECK(test::text_of(reader.buffer()) == "ef");
  }

  TEST_CASE("a cancelled one leaves what it has read in the vector, and the next goes on") {
    io::BufReader reader(ScriptedReader().give("ab").wait().give("c,").build());
    std::vector<std::byte> bytes;
    {
      auto cancelled = test::spawn([&] { return reader.read_until(',', bytes); });
      REQUIRE(cancelled.poll().is_pending());
    }
    CHECK(test::text_of(bytes) == "ab");
    CHECK(at_once([&] { return reader.read_until(',', bytes); }).value() == 2);
    CHECK(test::text_of(bytes) == "abc,");
  }

  TEST_CASE("on an error what was read before it stays") {
    io::BufReader reader(ScriptedReader().give("ab").fail(kBroken).build());
    std::vector<std::byte> bytes;
    CHECK(at_once([&] { return reader.read_until(',', bytes); }).error() == kBroken);
    CHECK(test::text_of(bytes) == "ab");
  }
}

TEST_SUITE("io.fill_buf") {
  TEST_CASE("shows the same bytes until they are consumed") {
    io::BufReader reader(ScriptedReader().give("abc").give("d").build());
    CHECK(test::text_of(at_once([&] { return reader.fill_buf(); }).value()) == "abc");
    reader.consume(2);
    CHECK(test::text_of(at_once([&] { return reader.fill_buf(); }).value()) == "c");
    reader.consume(1);
    CHECK(test::text_of(at_once([&] { return io::fill_buf(reader); }).value()) == "d");
    reader.consume(1);
    CHECK(at_once([&] { return reader.fill_buf(); })->empty());
  }
}

TEST_SUITE("io.read_line") {
  TEST_CASE("appends a line with its newline, and the last one without") {
    io::Cursor reader(std::string_view("hello\nworld\n\nend"));
    std::string text = "> ";
    CHECK(at_once([&] { return io::read_line(reader, text); }).value() == 6);
    CHECK(text == "> hello\n");
    CHECK(at_once([&] { return reader.read_line(text); }).value() == 6);
    CHECK(at_once([&] { return reader.read_line(text); }).value() == 1);
    CHECK(at_once([&] { return reader.read_line(text); }).value() == 3);
    CHECK(at_once([&] { return reader.read_line(text); }).value() == 0);
    CHECK(text == "> hello\nworld\n\nend");
  }

  TEST_CASE("a line may come in pieces that are not UTF-8 by themselves") {
    io::BufReader reader(ScriptedReader().give("gr\xc3").wait().give("\xbc\xc3\x9f").give("e\nnext").build());
    std::string text;
    auto read = test::spawn([&] { return reader.read_line(text); });
    REQUIRE(read.poll().is_pending());
    CHECK(**read.poll() == 8);
    CHECK(text ==
          "gr\xc3\xbc\xc3\x9f"
          "e\n");
  }

  TEST_CASE("a line goes on where a read was given up inside of a character") {
    io::BufReader reader(ScriptedReader()
                             .give("gr\xe2\x82")
                             .wait()
                             .give("\xac")
                             .wait()
                             .give("!\n\xe2\x82")
                             .wait()
                             .give("x\n")
                             .build());
    std::string text;
    for (int i = 0; i < 2; ++i) {
      auto given_up = test::spawn([&] { return reader.read_line(text); });
      REQUIRE(given_up.poll().is_pending());
    }
    CHECK(at_once([&] { return reader.read_line(text); }).value() == 2);
    CHECK(text == "gr\xe2\x82\xac!\n");
    {
      auto given_up = test::spawn([&] { return reader.read_line(text); });
      REQUIRE(given_up.poll().is_pending());
    }
    CHECK(at_once([&] { return reader.read_line(text); }).error() == io::ErrorKind::InvalidData);
  }

  TEST_CASE("a line that is not UTF-8 is an error, and the string is what it was") {
    io::BufReader reader(ScriptedReader().give("a\xff\nb\n").build());
    std::string text = "kept";
    CHECK(at_once([&] { return reader.read_line(text); }).error() == io::ErrorKind::InvalidData);
    CHECK(text == "kept");
    CHECK(at_once([&] { return reader.read_line(text); }).value() == 2);
    CHECK(text == "keptb\n");
  }

  TEST_CASE("on an error of the reader text that came before it stays") {
    io::BufReader reader(ScriptedReader().give("wor").fail(kBroken).build());
    std::string text = "hello ";
    CHECK(at_once([&] { return reader.read_line(text); }).error() == kBroken);
    CHECK(text == "hello wor");
  }

  TEST_CASE("on an error of the reader bytes that are not UTF-8 go") {
    io::BufReader reader(ScriptedReader().give("wor\xc3").fail(kBroken).build());
    std::string text = "hello ";
    CHECK(at_once([&] { return reader.read_line(text); }).error() == kBroken);
    CHECK(text == "hello ");
  }
}

TEST_SUITE("io.lines") {
  TEST_CASE("lines end with \\n or \\r\\n, which they do not contain") {
    io::Cursor reader(std::string_view("one\ntwo\r\n\nfo\rur\n\r\nfive\r"));
    CHECK(all(io::lines(reader)) == std::vector<std::string>{"one", "two", "", "fo\rur", "", "five\r"});
  }

  TEST_CASE("an input that ends with a newline has no empty line after it, and nothing comes after the end") {
    io::Lines lines = io::BufReader(ScriptedReader().give("one\n").build()).lines();
    CHECK(at_once([&] { return lines.next_line(); }).value() == "one");
    CHECK(at_once([&] { return lines.next_line(); }).value() == std::nullopt);
    CHECK(at_once([&] { return lines.next_line(); }).value() == std::nullopt);
  }

  TEST_CASE("a cancelled next_line loses nothing of its line") {
    io::Lines lines = io::BufReader(ScriptedReader().give("on").wait().give("e\ntwo").build()).lines();
    {
      auto cancelled = test::spawn([&] { return lines.next_line(); });
      REQUIRE(cancelled.poll().is_pending());
    }
    CHECK(at_once([&] { return lines.next_line(); }).value() == "one");
    CHECK(at_once([&] { return lines.next_line(); }).value() == "two");
  }

  TEST_CASE("a line that is not UTF-8 is an error, and the lines after it follow") {
    io::Lines lines = io::BufReader(ScriptedReader().give("\xff\nnext\n").build()).lines();
    CHECK(at_once([&] { return lines.next_line(); }).error() == io::ErrorKind::InvalidData);
    CHECK(at_once([&] { return lines.next_line(); }).value() == "next");
  }

  TEST_CASE("a borrowed reader can be gone on with, an owned one is given back") {
    io::BufReader reader(ScriptedReader().give("one\ntwo\nthree").build());
    auto borrowed = reader.lines();
    CHECK(at_once([&] { return borrowed.next_line(); }).value() == "one");
    CHECK(&borrowed.get_ref() == &reader);
    CHECK(test::read_once(reader, 4) == "two\n");

    auto owned = std::move(reader).lines();
    CHECK(test::text_of(owned.get_mut().buffer()) == "three");
    io::BufReader again = std::move(owned).into_inner();
    CHECK(test::read_once(again) == "three");
  }
}

TEST_SUITE("io.split") {
  TEST_CASE("segments do not contain their delimiter, and may be empty") {
    io::Cursor reader(std::string_view("a,,bc,d"));
    CHECK(all(io::split(reader, ',')) == std::vector<std::string>{"a", "", "bc", "d"});
    io::Cursor ended(std::string_view("a,b,"));
    CHECK(all(ended.split(std::byte{','})) == std::vector<std::string>{"a", "b"});
  }

  TEST_CASE("a cancelled next_segment loses nothing, and bytes need not be text") {
    io::Split split = io::BufReader(ScriptedReader().give("\xff").wait().give("b;c").build()).split(';');
    {
      auto cancelled = test::spawn([&] { return split.next_segment(); });
      REQUIRE(cancelled.poll().is_pending());
    }
    CHECK(test::text_of(**at_once([&] { return split.next_segment(); })) ==
          "\xff"
          "b");
    CHECK(test::text_of(split.get_ref().buffer()) == "c");
    io::BufReader reader = std::move(split).into_inner();
    CHECK(test::read_once(reader) == "c");
  }
}

TEST_SUITE("stream.wrappers") {
  TEST_CASE("LinesStream gives lines, an error as an item, and ends with the input") {
    stream::wrappers::LinesStream lines(io::BufReader(ScriptedReader().give("a\n\xff\nb").build()).lines());
    const auto next = [&] { return at_once([&] { return stream::next(lines); }); };
    CHECK(next()->value() == "a");
    CHECK(next()->error() == io::ErrorKind::InvalidData);
    CHECK(lines.as_ref().get_ref().buffer().size() == 1);
    CHECK(next()->value() == "b");
    CHECK(!next().has_value());
    CHECK(at_once([&] { return lines.as_mut().next_line(); }).value() == std::nullopt);
  }

  TEST_CASE("LinesStream and SplitStream wait for their reader") {
    stream::wrappers::LinesStream lines(io::BufReader(ScriptedReader().wait().give("a").build()).lines());
    stream::wrappers::SplitStream split(io::BufReader(ScriptedReader().wait().give("a").build()).split(','));
    CHECK(test::spawn([&] { return stream::next(lines); }).poll().is_pending());
    CHECK(test::spawn([&] { return stream::next(split); }).poll().is_pending());
  }

  TEST_CASE("SplitStream gives segments and ends with the input") {
    stream::wrappers::SplitStream split(
        io::BufReader(ScriptedReader().give("a,b").fail(kBroken).build()).split(','));
    const auto next = [&] { return at_once([&] { return stream::next(split); }); };
    CHECK(test::text_of(next()->value()) == "a");
    CHECK(next()->error() == kBroken);
    io::Split inner = std::move(split).into_inner();
    CHECK(inner.get_ref().buffer().empty());

    stream::wrappers::SplitStream last(io::BufReader(ScriptedReader().give("a").build()).split(','));
    CHECK(test::text_of(at_once([&] { return stream::next(last); })->value()) == "a");
    CHECK(!at_once([&] { return stream::next(last); }).has_value());
  }
}

}  // namespace
