#include <iostream>

#include <ferry/v0_2/run.hpp>

#include "board/board.hpp"

namespace {

ferry::v0_2::Task<int> show() {
  const int sum = co_await add_up_rounds();
  std::cout << sum << "\n";
  co_return 0;
}

}  // namespace

int main() { return ferry::v0_2::run(show()); }
