// A program of Asio's that uses ferry in one place: its own io_context, its own threads, callbacks and
// coroutines. What it asks for is a task of ferry's, which it starts with co_spawn and is told of in any way
// that Asio knows.
#include <chrono>
#include <exception>
#include <future>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <ferry/asio.hpp>
#include <ferry/runtime.hpp>
#include <ferry/sync.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>

namespace net = boost::asio;
using namespace std::chrono_literals;

namespace {

// [task]
// Written with ferry alone. At most two look up at a time, whoever asks.
class Directory {
 public:
  ferry::Task<int> look_up(std::string name) {
    const auto permit = co_await lookups_.acquire();
    co_await ferry::time::sleep(name == "slow" ? 1h : std::chrono::nanoseconds(1ms));
    if (name.empty()) throw std::invalid_argument("nobody has no name");
    co_return static_cast<int>(name.size());
  }

 private:
  ferry::sync::Semaphore lookups_{2};
};
// [task]

// [callback]
// With a callback, which is called on the executor that it is bound to: here on the thread that runs
// `context`.
void ask_with_callback(const ferry::runtime::Handle& handle, Directory& directory, net::io_context& context) {
  auto done = [](std::exception_ptr exception, int number) {
    std::cout << "callback: " << (exception ? "failed" : std::to_string(number)) << "\n";
  };
  ferry::asio::co_spawn(handle, directory.look_up("ann"), net::bind_executor(context, done));
  ferry::asio::co_spawn(handle, directory.look_up(""), net::bind_executor(context, done));
}
// [callback]

// [awaitable]
// From a coroutine of Asio's.
net::awaitable<void> ask_from_coroutine(ferry::runtime::Handle handle, Directory& directory) {
  const int number =
      co_await ferry::asio::co_spawn(handle, directory.look_up("bartholomew"), net::use_awaitable);
  std::cout << "coroutine: " << number << "\n";
}
// [awaitable]

// [cancel]
// With a time limit, by Asio's own means: emitting the signal aborts the task.
void ask_for_a_while(const ferry::runtime::Handle& handle, Directory& directory, net::io_context& context) {
  auto signal = std::make_shared<net::cancellation_signal>();
  auto timer = std::make_shared<net::steady_timer>(context, 5ms);
  timer->async_wait([signal, timer](const boost::system::error_code& error) {
    if (!error) signal->emit(net::cancellation_type::terminal);
  });
  auto done = [timer](std::exception_ptr exception, int) {
    timer->cancel();
    std::cout << "cancelled: " << (exception ? "yes" : "no") << "\n";
  };
  ferry::asio::co_spawn(handle, directory.look_up("slow"),
                        net::bind_cancellation_slot(signal->slot(), net::bind_executor(context, done)));
}
// [cancel]

}  // namespace

int main() {
  Directory directory;
  const auto runtime =
      ferry::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().value();
  net::io_context context;

  ask_with_callback(runtime.handle(), directory, context);
  context.run();  // returns when it has nothing to do: an operation that goes on is something to do
  context.restart();

  net::co_spawn(context, ask_from_coroutine(runtime.handle(), directory), net::detached);
  context.run();
  context.restart();

  ask_for_a_while(runtime.handle(), directory, context);
  context.run();

  // [future]
  // From a thread that may block.
  std::future<int> number =
      ferry::asio::co_spawn(runtime.handle(), directory.look_up("eve"), net::use_future);
  std::cout << "future: " << number.get() << "\n";
  // [future]
}
