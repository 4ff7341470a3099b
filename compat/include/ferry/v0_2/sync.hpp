// Channels, locks and other ways for tasks to wait for each other, as in 0.2.
#pragma once

#include <ferry/sync.hpp>
#include <ferry/v0_2/moved.hpp>
#include <ferry/v0_2/result.hpp>
#include <ferry/v0_2/sync/mpsc.hpp>
#include <ferry/v0_2/sync/notify.hpp>
#include <ferry/v0_2/sync/watch.hpp>

namespace ferry::v0_2::sync {

using ferry::sync::Mutex;
using ferry::sync::MutexGuard;
using ferry::sync::Semaphore;
namespace oneshot = ferry::sync::oneshot;

}  // namespace ferry::v0_2::sync
