#include <cstdio>
#include <cstdlib>

#include <ferry/testing/stream_mock.hpp>

namespace ferry::detail {

void stream_mock_left_over() noexcept {
  std::fputs("ferry: a StreamMock was destroyed before its last step\n", stderr);
  std::abort();
}

}  // namespace ferry::detail
