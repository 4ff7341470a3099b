// [program]
#include <chrono>
#include <iostream>

#include <ferry/run.hpp>
#include <ferry/sync.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>

namespace rt = ferry;

rt::Task<int> add_up(rt::sync::mpsc::Receiver<int> numbers) {
  int sum = 0;
  while (auto number = co_await numbers.recv()) sum += *number;
  co_return sum;
}

rt::Task<int> count() {
  auto [sender, numbers] = rt::sync::mpsc::channel<int>(4);
  auto sum = rt::spawn(add_up(std::move(numbers)));
  for (int i = 1; i <= 4; ++i) {
    (void)co_await sender.send(i);
    co_await rt::time::sleep(std::chrono::milliseconds(10));
  }
  {
    auto closing = std::move(sender);
  }
  std::cout << (co_await sum).value() << "\n";
  co_return 0;
}

int main() { return rt::run(count()); }
// [program]
