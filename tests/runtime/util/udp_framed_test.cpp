#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/net/udp_socket.hpp>
#include <ferry/task.hpp>
#include <ferry/util/codec.hpp>
#include <ferry/util/udp_framed.hpp>

#include "runtime/io/script.hpp"
#include "support/runtimes.hpp"

namespace ferry {
namespace {

using namespace std::string_literals;
using net::SocketAddr;
using net::UdpSocket;
using test::text_of;
using util::UdpFramed;
using util::codec::BytesCodec;
using util::codec::LengthDelimitedCodec;
using util::codec::LinesCodec;

static_assert(stream::Stream<UdpFramed<LinesCodec>>);
static_assert(util::Sink<UdpFramed<LinesCodec>, std::pair<const char*, SocketAddr>>);
static_assert(!util::Sink<UdpFramed<LinesCodec>, std::pair<int, SocketAddr>>);

Task<UdpSocket> socket() {
  auto bound = co_await UdpSocket::bind("127.0.0.1:0");
  co_return std::move(bound).value();
}

Task<void> send_bytes() {
  UdpFramed a(co_await socket(), BytesCodec());
  UdpFramed b(co_await socket(), BytesCodec());
  const SocketAddr a_addr = a.get_ref().local_addr().value();
  const SocketAddr b_addr = b.get_ref().local_addr().value();
  for (const std::string& text : {"one"s, std::string(60'000, 'x')}) {
    auto to_b = std::pair(text, b_addr);
    CHECK(co_await a.send(to_b));
    auto received = co_await b.next();
    CHECK(text_of((*received)->first) == text);
    CHECK((*received)->second == a_addr);
  }
}

Task<void> send_lines() {
  UdpFramed lines(co_await socket(), LinesCodec::new_with_max_length(6));
  const UdpSocket peer = co_await socket();
  const SocketAddr addr = lines.get_ref().local_addr().value();
  for (const char* datagram : {"one\ntwo\nthree", "too long", "\xff\nfour\n", "", "five"})
    CHECK(co_await peer.send_to(datagram, addr));
  for (const char* expected : {"one", "two", "three", "!", "!", "four", "five"}) {
    auto received = co_await lines.next();
    CHECK(received.has_value());
    CHECK((*received ? (*received)->first : "!"s) == expected);
  }

  auto answer = std::pair("seven", peer.local_addr().value());
  CHECK(co_await lines.send(answer));
  std::string buffer(64, '\0');
  auto size = co_await peer.recv(buffer);
  CHECK(buffer.substr(0, *size) == "seven\n");
}

Task<void> cut_off() {
  UdpFramed frames(co_await socket(), LengthDelimitedCodec::builder().length_field_length(1).new_codec());
  const UdpSocket peer = co_await socket();
  const SocketAddr addr = frames.get_ref().local_addr().value();
  for (const char* datagram : {"\3ab", "\1x\1y", "\2", "\1z"}) CHECK(co_await peer.send_to(datagram, addr));
  std::string received;
  for (int i = 0; i < 5; ++i) {
    auto next = co_await frames.next();
    received += *next ? text_of((*next)->first) : "!";
  }
  CHECK(received == "!xy!z");
}

Task<void> fail() {
  UdpFramed framed(co_await socket(), LengthDelimitedCodec::builder().max_frame_length(100'000).new_codec());
  const UdpSocket peer = co_await socket();
  const SocketAddr addr = peer.local_addr().value();
  auto huge = std::pair(std::string(100'001, 'x'), addr);
  auto refused = co_await framed.send(huge);
  CHECK(refused.has_error());
  huge.first.pop_back();
  auto too_large = co_await framed.send(huge);
  CHECK(too_large.error() == boost::system::errc::message_size);
  auto small = std::pair("fine"s, addr);
  CHECK(co_await framed.send(small));
  std::string buffer(64, '\0');
  auto size = co_await peer.recv(buffer);
  CHECK(buffer.substr(0, *size) == "\0\0\0\4fine"s);
}

Task<void> share() {
  const UdpSocket shared = co_await socket();
  const UdpSocket peer = co_await socket();
  UdpFramed<LinesCodec, const UdpSocket&> receiving(shared, LinesCodec());
  UdpFramed<BytesCodec, const UdpSocket&> sending(shared, BytesCodec());
  auto out = std::pair("out", peer.local_addr().value());
  CHECK(co_await sending.feed(out));
  CHECK(co_await sending.close());
  CHECK(co_await peer.send_to("in", shared.local_addr().value()));
  auto received = co_await receiving.next();
  CHECK((*received)->first == "in");
  CHECK(receiving.read_buffer().empty());
  CHECK(&receiving.get_ref() == &shared);
  auto from = co_await peer.peek_sender();
  CHECK(*from == shared.local_addr().value());
}

TEST_SUITE("util.UdpFramed") {
  TEST_CASE("each frame that is sent is a datagram, and comes with who has sent it") {
    test::current_thread().block_on(send_bytes());
  }
  TEST_CASE("a datagram may have many frames, and errors in some, each is decoded by itself") {
    test::current_thread().block_on(send_lines());
    test::current_thread().block_on(cut_off());
  }
  TEST_CASE("a frame that cannot be sent is an error once, and does not hold others back") {
    test::current_thread().block_on(fail());
  }
  TEST_CASE("one socket may be shared by a stream and a sink with codecs of their own") {
    test::current_thread().block_on(share());
  }
}

}  // namespace
}  // namespace ferry
