#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/io.hpp>
#include <ferry/join.hpp>
#include <ferry/net.hpp>
#include <ferry/pin.hpp>
#include <ferry/runtime.hpp>
#include <ferry/select.hpp>
#include <ferry/stream.hpp>
#include <ferry/sync.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>

#include "support/runtimes.hpp"

using namespace ferry;
using namespace std::chrono_literals;

// Each line here is how a program is naturally written. It must mean the same for every compiler: with
// AddressSanitizer, a temporary that is destroyed twice or too early shows. Strings are longer than what a
// std::string keeps inside itself, so that each of them owns memory.

namespace {

const std::string kText = "a text that is longer than what a string holds without memory of its own";

Task<std::string> echo(std::string text) {
  co_await task::yield_now();
  co_return text;
}
Task<std::string> pass_on(std::string text) { co_return co_await echo(std::move(text)); }
Task<io::Result<std::string>> try_echo(std::string text) {
  co_await task::yield_now();
  co_return io::Result<std::string>(std::move(text));
}
Task<std::size_t> size_of(const std::string& text) {
  co_await task::yield_now();
  co_return text.size();
}
Task<void> append(std::string& to, std::string text) {
  co_await task::yield_now();
  to += text;
}

Task<int> sum_down(int depth) {
  if (depth == 0) {
    co_await task::yield_now();
    co_return 0;
  }
  const int below = co_await sum_down(depth - 1);
  co_return below + 1;
}
Task<int> one() { co_return 1; }

}  // namespace

TEST_SUITE("spellings") {
  TEST_CASE("tasks, with arguments made on the spot") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto body = []() -> Task<void> {
        const std::string direct = co_await echo(std::string(kText));
        CHECK(direct == kText);
        const std::string passed = co_await pass_on(kText + "!");
        CHECK(passed == kText + "!");
        const std::size_t size = co_await size_of(kText + kText);
        CHECK(size == 2 * kText.size());
        const auto joined = co_await spawn(echo(kText + "?"));
        CHECK(joined.value() == kText + "?");
        const std::string value = (co_await spawn(echo(std::string(kText)))).value();
        CHECK(value == kText);
        auto named = echo(std::string(kText));
        const std::string by_name = co_await named;
        CHECK(by_name == kText);
        const std::string moved =
            co_await std::move(*std::make_unique<Task<std::string>>(echo(std::string(kText))));
        CHECK(moved == kText);
      };
      rt.block_on(body());
    });
  }

  TEST_CASE("closures that have a name") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto body = []() -> Task<void> {
        auto text = std::make_shared<std::string>(kText);
        auto job = [text] { return text->size(); };
        const auto size = co_await task::spawn_blocking(job);
        CHECK(size.value() == kText.size());
        auto blocking = task::spawn_blocking([text] { return *text; });
        const auto copied = co_await std::move(blocking);
        CHECK(copied.value() == kText);
        auto coroutine = [text]() -> Task<std::string> { co_return co_await echo(*text); };
        const std::string from_closure = co_await coroutine();
        CHECK(from_closure == kText);
        const std::string* seen = &kText;
        const auto by_reference = co_await task::spawn_blocking([seen] { return seen->size(); });
        CHECK(by_reference.value() == kText.size());
        CHECK(text.use_count() == 3);  // text, job, coroutine
      };
      rt.block_on(body());
    });
  }

  TEST_CASE("select, join, timeout and what they are given on the spot") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto body = []() -> Task<void> {
        auto first = co_await select_biased(echo(std::string(kText)), time::sleep(1h));
        CHECK(first.index() == 0);
        CHECK(get<0>(first) == kText);
        auto second = co_await select(time::sleep(1h), echo(kText + "!"));
        CHECK(get<1>(second) == kText + "!");
        const auto [a, b] = co_await join(echo(std::string(kText)), echo(kText + "b"));
        CHECK(a == kText);
        CHECK(b == kText + "b");
        auto both = co_await try_join(try_echo(std::string(kText)), try_echo(kText + "c"));
        CHECK(std::get<1>(both.value()) == kText + "c");
        auto in_time = co_await time::timeout(1h, echo(std::string(kText)));
        CHECK(in_time.value() == kText);
        auto too_late = co_await time::timeout(1ms, time::sleep(1h));
        CHECK_FALSE(too_late.has_value());
        auto sleep = pin(time::sleep, 1ms);
        co_await *sleep;
        co_await time::sleep_until(time::Instant::now() + 1ms);
      };
      rt.block_on(body());
    });
  }

  TEST_CASE("channels and locks") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto body = []() -> Task<void> {
        auto [sender, receiver] = sync::mpsc::channel<std::string>(4);
        const auto sent = co_await sender.send(std::string(kText));
        CHECK(sent.has_value());
        const auto again = co_await sender.send(kText + "!");
        CHECK(again.has_value());
        auto received = co_await receiver.recv();
        CHECK(received == kText);
        const std::string next = (co_await receiver.recv()).value();
        CHECK(next == kText + "!");
        auto permit = (co_await sender.reserve()).value();
        std::move(permit).send(std::string(kText));

        auto [tx, rx] = sync::oneshot::channel<std::string>();
        CHECK(std::move(tx).send(std::string(kText)).has_value());
        const auto once = co_await std::move(rx);
        CHECK(once.value() == kText);

        auto [news, reader] = sync::broadcast::channel<std::string>(4);
        static_cast<void>(news.send(kText + "news"));
        const auto read = co_await reader.recv();
        CHECK(read.value() == kText + "news");

        auto [setter, watcher] = sync::watch::channel(std::string(kText));
        CHECK(setter.send(kText + "watch").has_value());
        const auto changed = co_await watcher.changed();
        CHECK(changed.has_value());
        CHECK(*watcher.borrow_and_update() == kText + "watch");

        const sync::Mutex<std::string> mutex(kText);
        const std::string inside = *co_await mutex.lock();
        CHECK(inside == kText);
        (co_await mutex.lock())->append("x");
        const sync::RwLock<std::string> lock(kText);
        const std::size_t length = (co_await lock.read())->size();
        CHECK(length == kText.size());
        const sync::Semaphore semaphore(1);
        const auto acquired = co_await semaphore.acquire();
        CHECK(acquired.has_value());
        const sync::OnceCell<std::string> cell;
        auto make = []() -> Task<std::string> { co_return co_await echo(std::string(kText)); };
        const std::string made = *co_await cell.get_or_init(make);
        CHECK(made == kText);
        const sync::CancellationToken token;
        const auto ran = co_await token.run_until_cancelled(echo(std::string(kText)));
        CHECK(ran == kText);
      };
      rt.block_on(body());
    });
  }

  TEST_CASE("streams, and what stands behind them") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto body = []() -> Task<void> {
        auto [sender, receiver] = sync::mpsc::channel<std::string>(4);
        for (int i = 0; i < 4; ++i) CHECK(sender.try_send(std::string(kText)).has_value());
        stream::wrappers::ReceiverStream<std::string> messages(std::move(receiver));
        const auto first = co_await stream::next(messages);
        CHECK(first == kText);
        const std::string end = kText;
        const auto ended = co_await (messages | stream::take(1) |
                                     stream::map([&end](std::string text) { return text + end; }) |
                                     stream::collect<std::vector<std::string>>());
        CHECK(ended == std::vector<std::string>{kText + kText});
        auto append = [end = kText](std::string text) { return text + end; };
        auto appended = std::move(messages) | stream::map(append) | stream::then(echo);
        const auto second = co_await stream::next(appended);
        CHECK(second == kText + kText);
        const auto all = co_await (std::move(appended) | stream::take(1) | stream::collect<std::string>());
        CHECK(all == kText + kText);
        const std::vector<std::string> texts(3, kText);
        const auto longest = co_await (
            stream::iter(texts) | stream::map(echo) | stream::buffer_unordered(2) |
            stream::fold(std::string(), [](std::string a, std::string b) { return std::max(a, b); }));
        CHECK(longest == kText);
        auto generator = [](std::string text) -> stream::Generator<std::string> {
          co_yield text;
          co_yield co_await echo(text + "!");
        };
        auto generated = generator(kText);
        const auto one = co_await stream::next(generated);
        CHECK(one == kText);
        const auto other = co_await stream::next(generated);
        CHECK(other == kText + "!");
      };
      rt.block_on(body());
    });
  }

  TEST_CASE("sets, scopes and task-locals") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto body = []() -> Task<void> {
        task::JoinSet<std::string> set;
        set.spawn(echo(std::string(kText)));
        const auto next = co_await set.join_next();
        CHECK(next.value().value() == kText);
        static const task::LocalKey<std::string> key;
        auto read = []() -> Task<std::size_t> { co_return key.get().size(); };
        const std::size_t size = co_await key.scope(std::string(kText), read());
        CHECK(size == kText.size());
        const std::string free = co_await task::unconstrained(echo(std::string(kText)));
        CHECK(free == kText);
        std::string out;
        co_await append(out, std::string(kText));
        CHECK(out == kText);
      };
      rt.block_on(body());
    });
  }

  TEST_CASE("sockets and pipes") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto body = []() -> Task<void> {
        auto listener = (co_await net::TcpListener::bind("127.0.0.1:0")).value();
        auto client = (co_await net::TcpStream::connect(listener.local_addr().value())).value();
        auto [server, from] = (co_await listener.accept()).value();
        CHECK((co_await client.write_all(kText + "net")).has_value());
        std::string text(kText.size() + 3, '\0');
        CHECK((co_await server.read_exact(text)).has_value());
        CHECK(text == kText + "net");
        auto [here, there] = io::duplex(16);
        std::string piped(kText.size(), '\0');
        const auto [written, read] = co_await join(io::write_all(here, kText), io::read_exact(there, piped));
        CHECK(written.has_value());
        CHECK(read.has_value());
        CHECK(piped == kText);
      };
      rt.block_on(body());
    });
  }

  TEST_CASE("many awaits in a row, and one inside the other, need no stack") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto loop = []() -> Task<int> {
        int sum = 0;
        for (int i = 0; i < 300'000; ++i) sum += co_await one();
        co_return sum;
      };
      CHECK(rt.block_on(loop()) == 300'000);
      CHECK(rt.block_on(sum_down(10'000)) == 10'000);
    });
  }

  TEST_CASE("a line of tasks that wait for each other is destroyed from the inside out") {
    const runtime::Runtime rt = test::current_thread();
    std::vector<int> order;
    struct Note {
      Note(std::vector<int>& order, int depth) noexcept : order(order), depth(depth) {}
      ~Note() { order.push_back(depth); }
      std::vector<int>& order;
      int depth;
    };
    auto down = [&](auto& self, int depth) -> Task<void> {
      const Note note(order, depth);
      if (depth == 0)
        co_await time::sleep(1h);
      else
        co_await self(self, depth - 1);
    };
    auto go = [&]() -> Task<void> {
      auto handle = spawn(down(down, 1000));
      co_await task::yield_now();
      handle.abort();
      const auto joined = co_await handle;
      CHECK(joined.error().is_cancelled());
    };
    rt.block_on(go());
    REQUIRE(order.size() == 1001);
    for (int depth = 0; depth <= 1000; ++depth) CHECK(order[static_cast<std::size_t>(depth)] == depth);
  }
}
