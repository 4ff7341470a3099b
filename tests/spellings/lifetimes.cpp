// What Clang says of tasks that outlive what they use, with FERRY_CHECK_LIFETIMES. Only parsed, by clang
// -verify.
#include <string>
#include <utility>

#include <ferry/join.hpp>
#include <ferry/net.hpp>
#include <ferry/runtime.hpp>
#include <ferry/select.hpp>
#include <ferry/sync.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>

using namespace ferry;

Task<std::size_t> size_of(const std::string& text) { co_return text.size(); }
Task<std::size_t> size_of_own(std::string text) { co_return text.size(); }

Task<void> use() {
  // expected-warning@+1 {{temporary whose address is used}}
  auto task = size_of(std::string("gone"));
  co_await std::move(task);

  const std::string text = "captured";
  // expected-warning@+1 {{temporary whose address is used}}
  auto closure = [text]() -> Task<std::size_t> { co_return text.size(); }();
  co_await std::move(closure);

  // These end before what they use does, or own it.
  co_await size_of(std::string("here"));
  auto own = size_of_own(std::string("moved"));
  co_await std::move(own);
  const auto named = [text]() -> Task<std::size_t> { co_return text.size(); };
  co_await named();
}

Task<void> combine(const net::TcpStream& stream, std::span<std::byte> buffer) {
  // expected-warning@+1 {{temporary whose address is used}}
  auto stored = time::timeout(time::Duration(1), stream.readable());
  co_await stored;
  // expected-warning@+1 2 {{temporary whose address is used}}
  auto both = join(stream.readable(), time::sleep(time::Duration(1)));
  co_await both;
  // expected-warning@+1 {{temporary whose address is used}}
  auto first = select(stream.readable());
  co_await first;

  // These are awaited where they are made, or have what they need.
  co_await time::timeout(time::Duration(1), stream.readable());
  auto movable = time::timeout(time::Duration(1), size_of_own("moved"));
  co_await movable;
  auto readable = stream.readable();
  auto named = time::timeout(time::Duration(1), readable);
  co_await named;
  co_await join(stream.readable(), stream.writable());
}

// Nothing is said of ferry's own functions that give tasks.
Task<void> use_library() {
  task::JoinSet<int> set;
  co_await std::move(set).join_all();
  task::JoinQueue<int> queue;
  co_await std::move(queue).join_all();
  const task::LocalPoolHandle pool(1);
  const std::string text = "captured";
  auto pinned = pool.spawn_pinned([text]() -> Task<std::size_t> { co_return text.size(); });
  co_await std::move(pinned);
}
