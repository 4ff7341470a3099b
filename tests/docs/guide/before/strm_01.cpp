#include <ferry/v0_2/stream.hpp>
#include <ferry/v0_2/task.hpp>

namespace rt = ferry::v0_2;

// [guide]
template <rt::stream::Stream S>
rt::Task<int> count(S stream) {
  int items = 0;
  while (co_await rt::stream::next(stream)) ++items;
  co_return items;
}
// [guide]
