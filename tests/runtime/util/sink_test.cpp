#include <cerrno>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/io/write.hpp>
#include <ferry/sync/mpsc.hpp>
#include <ferry/sync/poll_sender.hpp>
#include <ferry/util/sink.hpp>
#include <ferry/util/sink_writer.hpp>

#include "runtime/io/script.hpp"
#include "support/spawn.hpp"

namespace ferry {
namespace {

using test::text_of;
using util::BytesMut;

const io::Error kBroken(EIO, boost::system::system_category());

/// Keeps what it is sent. Has room for one item until it is flushed, and waits where it was told to.
class OneAtATime {
 public:
  using Error = io::Error;

  Poll<io::Result<void>> poll_ready(Context& cx) { return buffered ? poll_flush(cx) : io::Result<void>(); }
  io::Result<void> start_send(std::unique_ptr<int> item) {
    REQUIRE_FALSE(buffered);
    if (*item < 0) return kBroken;
    buffered = std::move(item);
    return {};
  }
  Poll<io::Result<void>> poll_flush(Context&) {
    if (is_blocked) return pending;
    if (buffered) sent.push_back(*std::exchange(buffered, nullptr));
    ++flushes;
    return io::Result<void>();
  }
  Poll<io::Result<void>> poll_close(Context& cx) {
    auto flushed = poll_flush(cx);
    if (flushed.is_ready()) is_closed = true;
    return flushed;
  }

  bool is_blocked = false;
  bool is_closed = false;
  int flushes = 0;
  std::unique_ptr<int> buffered;
  std::vector<int> sent;
};

using Number = std::unique_ptr<int>;
static_assert(util::Sink<OneAtATime, Number> && util::Sink<OneAtATime&, Number>);
static_assert(!util::Sink<OneAtATime, Number&>);  // nothing copies it
static_assert(util::Sink<sync::PollSender<int>, int> && util::Sink<sync::PollSender<int>, int&>);

/// Items in order; no value means not yet, the end of the script the end.
template <class T>
class Items {
 public:
  using Item = T;
  explicit Items(std::deque<std::optional<T>> items) : items_(std::move(items)) {}
  void give(T item) { items_.push_back(std::move(item)); }
  Poll<std::optional<T>> poll_next(Context&) {
    if (items_.empty()) return std::optional<T>();
    std::optional<T> item = std::move(items_.front());
    items_.pop_front();
    if (!item) return pending;
    return item;
  }

 private:
  std::deque<std::optional<T>> items_;
};

TEST_SUITE("util.Sink") {
  TEST_CASE("feed completes once the item is taken, send once it is flushed") {
    OneAtATime sink;
    CHECK(test::spawn([&] { return util::feed(sink, std::make_unique<int>(1)); }).poll()->has_value());
    CHECK(sink.sent.empty());
    sink.is_blocked = true;
    auto feeding = test::spawn([&] { return util::feed(sink, std::make_unique<int>(2)); });
    CHECK(feeding.poll().is_pending());
    sink.is_blocked = false;
    CHECK(feeding.poll()->has_value());
    CHECK(sink.sent == std::vector{1});

    auto sending = test::spawn([&] { return util::send(sink, std::make_unique<int>(3)); });
    sink.is_blocked = true;
    CHECK(sending.poll().is_pending());  // no room
    sink.is_blocked = false;
    CHECK(sending.poll()->has_value());
    CHECK(sink.sent == std::vector{1, 2, 3});
  }

  TEST_CASE("an item that was taken is not taken again by a send that waits for the flush") {
    OneAtATime sink;
    auto sending = test::spawn([&] { return util::send(sink, std::make_unique<int>(1)); });
    sink.is_blocked = true;
    CHECK(sending.poll().is_pending());
    REQUIRE(sink.buffered != nullptr);
    CHECK(sending.poll().is_pending());
    sink.is_blocked = false;
    CHECK(sending.poll()->has_value());
    CHECK(sink.sent == std::vector{1});
  }

  TEST_CASE("the sink's error ends a send") {
    OneAtATime sink;
    CHECK(test::spawn([&] { return util::send(sink, std::make_unique<int>(-1)); }).poll()->error() ==
          kBroken);
    CHECK(sink.flushes == 0);
  }

  TEST_CASE("flush and close wait for what is buffered") {
    OneAtATime sink;
    REQUIRE(test::spawn([&] { return util::feed(sink, std::make_unique<int>(1)); }).poll()->has_value());
    sink.is_blocked = true;
    auto flushing = test::spawn([&] { return util::flush(sink); });
    auto closing = test::spawn([&] { return util::close(sink); });
    CHECK(flushing.poll().is_pending());
    CHECK(closing.poll().is_pending());
    CHECK_FALSE(sink.is_closed);
    sink.is_blocked = false;
    CHECK(flushing.poll()->has_value());
    CHECK(closing.poll()->has_value());
    CHECK(sink.is_closed);
    CHECK(sink.sent == std::vector{1});
  }

  TEST_CASE("send_all sends what a stream gives, and flushes while it waits for it and at its end") {
    OneAtATime sink;
    std::deque<std::optional<Number>> script;
    script.emplace_back(std::make_unique<int>(1));
    script.emplace_back(std::make_unique<int>(2));
    script.emplace_back(std::nullopt);
    script.emplace_back(std::make_unique<int>(3));
    Items<Number> items(std::move(script));
    auto sending = test::spawn([&] { return util::send_all(sink, items); });
    CHECK(sending.poll().is_pending());
    CHECK(sink.sent == std::vector{1, 2});
    sink.is_blocked = true;
    CHECK(sending.poll().is_pending());
    REQUIRE(sink.buffered != nullptr);
    sink.is_blocked = false;
    CHECK(sending.poll()->has_value());
    CHECK(sink.sent == std::vector{1, 2, 3});
    CHECK_FALSE(sink.is_closed);
  }

  TEST_CASE("send_all is done with a stream that has ended, though the flush has to wait") {
    OneAtATime sink;
    std::deque<std::optional<Number>> script;
    script.emplace_back(std::make_unique<int>(1));
    Items<Number> items(std::move(script));
    auto sending = test::spawn([&] { return util::send_all(sink, items); });
    sink.is_blocked = true;
    CHECK(sending.poll().is_pending());
    items.give(std::make_unique<int>(2));
    sink.is_blocked = false;
    CHECK(sending.poll()->has_value());
    CHECK(sink.sent == std::vector{1});
  }

  TEST_CASE("send_all keeps an item that the sink has no room for yet") {
    OneAtATime sink;
    std::deque<std::optional<Number>> script;
    script.emplace_back(std::make_unique<int>(1));
    script.emplace_back(std::make_unique<int>(2));
    Items<Number> items(std::move(script));
    sink.is_blocked = true;
    auto sending = test::spawn([&] { return util::send_all(sink, items); });
    CHECK(sending.poll().is_pending());
    CHECK(sending.poll().is_pending());
    sink.is_blocked = false;
    CHECK(sending.poll()->has_value());
    CHECK(sink.sent == std::vector{1, 2});
  }

  TEST_CASE("send_all ends with the first error of the stream or the sink") {
    OneAtATime sink;
    std::deque<std::optional<io::Result<Number>>> script;
    script.emplace_back(std::make_unique<int>(1));
    script.emplace_back(kBroken);
    script.emplace_back(std::make_unique<int>(-1));
    script.emplace_back(std::make_unique<int>(4));
    Items<io::Result<Number>> items(std::move(script));
    CHECK(test::spawn([&] { return util::send_all(sink, items); }).poll()->error() == kBroken);
    CHECK(test::spawn([&] { return util::send_all(sink, items); }).poll()->error() == kBroken);
    CHECK(test::spawn([&] { return util::send_all(sink, items); }).poll()->has_value());
    CHECK(sink.sent == std::vector{1, 4});
  }

  TEST_CASE("a PollSender is a sink: sending waits for a place, closing ends the channel") {
    auto [plain, receiver] = sync::mpsc::channel<int>(1);
    sync::PollSender<int> sender(std::move(plain));
    CHECK(test::spawn([&] { return util::send(sender, 1); }).poll()->has_value());
    auto sending = test::spawn([&] { return util::send(sender, 2); });
    CHECK(sending.poll().is_pending());
    CHECK(*test::spawn([&, &from = receiver] { return from.recv(); }).poll() == std::optional(1));
    CHECK(sending.is_woken());
    CHECK(sending.poll()->has_value());
    CHECK(test::spawn([&] { return util::close(sender); }).poll()->has_value());
    CHECK(*test::spawn([&, &from = receiver] { return from.recv(); }).poll() == std::optional(2));
    CHECK(*test::spawn([&, &from = receiver] { return from.recv(); }).poll() == std::nullopt);
    CHECK(test::spawn([&] { return util::feed(sender, 3); }).poll()->has_error());
  }

  TEST_CASE("sink_map_err changes the errors, and nothing else") {
    auto mapped = util::sink_map_err(OneAtATime(), [](io::Error error) { return error.value(); });
    static_assert(std::is_same_v<util::SinkError<decltype(mapped)>, int>);
    CHECK(test::spawn([&] { return util::send(mapped, std::make_unique<int>(1)); }).poll()->has_value());
    CHECK(test::spawn([&] { return util::send(mapped, std::make_unique<int>(-1)); }).poll()->error() == EIO);
    mapped.get_mut().is_blocked = true;
    CHECK(test::spawn([&] { return util::close(mapped); }).poll().is_pending());
    CHECK(std::move(mapped).into_inner().sent == std::vector{1});
  }
}

TEST_SUITE("util.SinkWriter") {
  auto to_io(sync::mpsc::Sender<BytesMut> sender) {
    return util::sink_map_err(sync::PollSender<BytesMut>(std::move(sender)),
                              [](const auto&) { return io::Error(EPIPE, boost::system::system_category()); });
  }

  TEST_CASE("each write is an item of the sink, and shutting down closes it") {
    auto [sender, receiver] = sync::mpsc::channel<BytesMut>(1);
    const auto received = [&, &from = receiver] {
      auto polled = test::spawn([&] { return from.recv(); }).poll();
      return polled.is_ready() && *polled ? text_of(**polled) : "nothing";
    };
    util::SinkWriter writer(util::CopyToBytes(to_io(std::move(sender))));
    static_assert(io::AsyncWrite<decltype(writer)>);
    std::string data = "data";
    CHECK(**test::spawn([&] { return io::write(writer, data); }).poll() == 4);
    data = "gone";  // a copy was sent
    auto second = test::spawn([&] { return io::write(writer, "more"); });
    CHECK(second.poll().is_pending());
    CHECK(received() == "data");
    CHECK(second.is_woken());
    CHECK(**second.poll() == 4);
    CHECK(received() == "more");
    CHECK(test::spawn([&] { return io::flush(writer); }).poll()->has_value());
    CHECK(test::spawn([&] { return io::shutdown(writer); }).poll()->has_value());
    CHECK(writer.get_ref().get_ref().get_ref().is_closed());
    CHECK(received() == "nothing");
  }

  TEST_CASE("the sink's errors are the writer's") {
    auto [sender, receiver] = sync::mpsc::channel<BytesMut>(1);
    receiver.close();
    util::SinkWriter writer(util::CopyToBytes(to_io(std::move(sender))));
    CHECK(test::spawn([&] { return io::write(writer, "data"); }).poll()->error() ==
          boost::system::errc::broken_pipe);
  }
}

}  // namespace
}  // namespace ferry
