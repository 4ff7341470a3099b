#include <stdexcept>

#include <ferry/task/task.hpp>

namespace ferry::detail {

void throw_body_left_out() {
  throw std::logic_error(
      "the compiler has left out the body of a coroutine: g++ 12 does so where it has a co_await in the "
      "condition of an "
      "`if` or a loop and declares no variable; keep what is awaited in a variable, and test that");
}

}  // namespace ferry::detail
