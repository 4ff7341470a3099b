#include <ferry/stream.hpp>
#include <ferry/task.hpp>

namespace rt = ferry;

// [guide]
template <rt::stream::Stream S>
rt::Task<int> count(S stream) {
  int items = 0;
  while (co_await rt::stream::next(stream)) ++items;
  co_return items;
}
// [guide]
