#include <memory>
#include <optional>
#include <stdexcept>
#include <thread>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/detail/thread_park.hpp>
#include <ferry/future.hpp>
#include <ferry/sync/mpsc.hpp>
#include <ferry/sync/poll_sender.hpp>

#include "support/spawn.hpp"

using namespace ferry;
using sync::PollSender;
namespace mpsc = sync::mpsc;

namespace {

// `poll_reserve` as a future.
template <class T>
class Reserve {
 public:
  using Output = Result<void, sync::error::PollSendError<T>>;
  explicit Reserve(PollSender<T>& sender) noexcept : sender_(&sender) {}
  Poll<Output> poll(Context& cx) { return sender_->poll_reserve(cx); }

 private:
  PollSender<T>* sender_;
};
template <class T>
auto reserve(PollSender<T>& sender) {
  return test::spawn([&] { return Reserve<T>(sender); });
}

}  // namespace

TEST_SUITE("sync.PollSender") {
  TEST_CASE("a place is reserved, kept from poll to poll and used by one value") {
    auto [plain, receiver] = mpsc::channel<int>(1);
    PollSender<int> sender(plain);
    auto reserving = reserve(sender);
    CHECK(reserving.poll()->has_value());
    CHECK(plain.capacity() == 0);
    CHECK(reserving.poll()->has_value());  // the same place
    REQUIRE(sender.send_item(1).has_value());

    CHECK(reserving.poll().is_pending());
    auto next = test::spawn([&, &from = receiver] { return from.recv(); });
    CHECK(*next.poll() == std::optional(1));
    CHECK(reserving.is_woken());
    CHECK(reserving.poll()->has_value());
    REQUIRE(sender.send_item(2).has_value());
    auto last = test::spawn([&, &from = receiver] { return from.recv(); });
    CHECK(*last.poll() == std::optional(2));
  }

  TEST_CASE("sending without a place is a mistake, before and after there was one") {
    auto [plain, receiver] = mpsc::channel<int>(1);
    PollSender<int> sender(std::move(plain));
    CHECK_THROWS_AS(static_cast<void>(sender.send_item(1)), std::logic_error);
    auto reserving = reserve(sender);
    REQUIRE(reserving.poll()->has_value());
    REQUIRE(sender.send_item(1).has_value());
    CHECK(reserving.poll().is_pending());
    CHECK_THROWS_AS(static_cast<void>(sender.send_item(2)), std::logic_error);
  }

  TEST_CASE("a receiver that goes ends the wait, and what is sent then comes back") {
    auto [plain, receiver] = mpsc::channel<std::unique_ptr<int>>(1);
    PollSender<std::unique_ptr<int>> sender(plain);
    {
      const auto gone = std::move(receiver);
      auto reserving = reserve(sender);
      REQUIRE(reserving.poll()->has_value());
      REQUIRE(sender.send_item(std::make_unique<int>(1)).has_value());
      CHECK(reserving.poll().is_pending());
      CHECK_FALSE(sender.is_closed());
    }
    auto reserving = reserve(sender);
    auto failed = reserving.poll();
    REQUIRE(failed.is_ready());
    REQUIRE(failed->has_error());
    CHECK_FALSE(std::move(*failed).error().into_inner().has_value());
    CHECK(sender.is_closed());
    CHECK(sender.get_ref() != nullptr);
    auto sent = sender.send_item(std::make_unique<int>(2));
    REQUIRE(sent.has_error());
    const auto value = std::move(sent).error().into_inner();
    REQUIRE(value.has_value());
    CHECK(**value == 2);
  }

  TEST_CASE("closing one sender leaves the channel to the others") {
    auto [plain, receiver] = mpsc::channel<int>(1);
    PollSender<int> sender(plain);
    CHECK(sender.get_ref()->same_channel(plain));
    sender.close();
    CHECK(sender.is_closed());
    CHECK(sender.get_ref() == nullptr);
    CHECK(reserve(sender).poll()->has_error());
    CHECK(sender.send_item(1).has_error());
    CHECK(PollSender<int>(sender).is_closed());
    CHECK_FALSE(plain.is_closed());
    CHECK(plain.try_send(2).has_value());
  }

  TEST_CASE("the last sender to be closed ends the channel, once its place is used or given up") {
    auto [plain, receiver] = mpsc::channel<int>(1);
    PollSender<int> sender(std::move(plain));
    REQUIRE(reserve(sender).poll()->has_value());
    sender.close();
    CHECK(sender.is_closed());
    CHECK(reserve(sender).poll()->has_value());
    auto next = test::spawn([&, &from = receiver] { return from.recv(); });
    CHECK(next.poll().is_pending());
    SUBCASE("used") {
      REQUIRE(sender.send_item(1).has_value());
      CHECK(*next.poll() == std::optional(1));
      auto end = test::spawn([&, &from = receiver] { return from.recv(); });
      CHECK(*end.poll() == std::nullopt);
    }
    SUBCASE("given up") {
      CHECK(sender.abort_send());
      CHECK(next.is_woken());
      CHECK(*next.poll() == std::nullopt);
    }
    CHECK(sender.send_item(2).has_error());
    CHECK_FALSE(sender.abort_send());
  }

  TEST_CASE("aborting gives the place up, or the turn in the queue, and one may begin again") {
    auto [plain, receiver] = mpsc::channel<int>(1);
    PollSender<int> sender(plain);
    CHECK_FALSE(sender.abort_send());
    auto reserving = reserve(sender);
    REQUIRE(reserving.poll()->has_value());
    CHECK(plain.capacity() == 0);
    CHECK(sender.abort_send());
    CHECK(plain.capacity() == 1);

    REQUIRE(plain.try_send(1).has_value());
    CHECK(reserving.poll().is_pending());
    CHECK(sender.abort_send());
    CHECK_FALSE(sender.is_closed());
    auto next = test::spawn([&, &from = receiver] { return from.recv(); });
    CHECK(*next.poll() == std::optional(1));
    CHECK_FALSE(reserving.is_woken());  // nobody stands in its place
    CHECK(plain.capacity() == 1);
    CHECK(reserving.poll()->has_value());
    CHECK(sender.send_item(2).has_value());
  }

  TEST_CASE("closing while it waits gives its turn to the next sender") {
    auto [plain, receiver] = mpsc::channel<int>(1);
    REQUIRE(plain.try_send(1).has_value());
    PollSender<int> first(plain);
    CHECK(reserve(first).poll().is_pending());
    PollSender<int> second(first);  // a copy waits for itself
    auto reserving = reserve(second);
    CHECK(reserving.poll().is_pending());
    first.close();
    auto next = test::spawn([&, &from = receiver] { return from.recv(); });
    CHECK(*next.poll() == std::optional(1));
    CHECK(reserving.is_woken());
    CHECK(reserving.poll()->has_value());
    CHECK(reserve(first).poll()->has_error());
  }

  TEST_CASE("a place moves with its sender") {
    auto [plain, receiver] = mpsc::channel<int>(1);
    PollSender<int> sender(plain);
    REQUIRE(reserve(sender).poll()->has_value());
    PollSender<int> moved = std::move(sender);
    CHECK(moved.send_item(1).has_value());
    CHECK(reserve(moved).poll().is_pending());
    PollSender<int> waiting = std::move(moved);
    auto next = test::spawn([&, &from = receiver] { return from.recv(); });
    CHECK(*next.poll() == std::optional(1));
    CHECK(reserve(waiting).poll()->has_value());
  }

  TEST_CASE("values reach a receiver on another thread in order, and none is lost") {
    constexpr int kValues = 2'000;
    auto made = mpsc::channel<int>(2);
    PollSender<int> sender(std::move(made.first));
    mpsc::Receiver<int> receiver = std::move(made.second);
    std::thread sending([sender = std::move(sender)]() mutable {
      for (int i = 0; i < kValues; ++i) {
        CHECK(detail::park_on(Reserve<int>(sender)).has_value());
        CHECK(sender.send_item(i).has_value());
        // A turn that is given up in the middle takes nothing along.
        if (i % 3 == 0) {
          const Waker waker = Waker::noop();
          Context cx(waker);
          static_cast<void>(sender.poll_reserve(cx));
          sender.abort_send();
        }
      }
    });
    int expected = 0;
    while (auto value = receiver.blocking_recv()) CHECK(*value == expected++);
    CHECK(expected == kValues);
    sending.join();
  }
}
