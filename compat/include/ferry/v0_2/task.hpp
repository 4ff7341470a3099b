// Tasks and the vocabulary of futures, as in 0.2: nothing has changed.
#pragma once

#include <ferry/future.hpp>
#include <ferry/poll.hpp>
#include <ferry/task.hpp>
#include <ferry/v0_2/moved.hpp>
#include <ferry/v0_2/result.hpp>
#include <ferry/waker.hpp>

namespace ferry::v0_2 {

using ferry::Context;
using ferry::Future;
using ferry::FutureOutput;
using ferry::pending;
using ferry::Poll;
using ferry::poll_fn;
using ferry::Task;
using ferry::Waker;

namespace task {

using ferry::task::JoinError;
using ferry::task::JoinHandle;
using ferry::task::spawn;
using ferry::task::spawn_blocking;
using ferry::task::yield_now;

}  // namespace task

using task::spawn;

}  // namespace ferry::v0_2
