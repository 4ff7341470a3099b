// Polling a future by hand, under a short name.
#pragma once

#include <ferry/testing/task.hpp>

namespace ferry::test {

using testing::task::spawn;
using testing::task::Spawn;
using testing::task::WakeCounter;

}  // namespace ferry::test
