// Tasks and the vocabulary of futures, as in 0.2.
#pragma once

#include <ferry/future.hpp>
#include <ferry/poll.hpp>
#include <ferry/task.hpp>
#include <ferry/v0_2/moved.hpp>
#include <ferry/v0_2/result.hpp>
#include <ferry/v0_2/task/join_error.hpp>
#include <ferry/v0_2/task/local_set.hpp>
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

namespace coop = ferry::task::coop;

using ferry::task::AbortHandle;
using ferry::task::AccessError;
using ferry::task::block_in_place;
using ferry::task::Builder;
using ferry::task::consume_budget;
using ferry::task::Id;
using ferry::task::id;
using ferry::task::JoinHandle;
using ferry::task::JoinSet;
using ferry::task::LocalEnterGuard;
using ferry::task::LocalKey;
using ferry::task::spawn;
using ferry::task::spawn_blocking;
using ferry::task::spawn_local;
using ferry::task::TaskLocalFuture;
using ferry::task::try_id;
using ferry::task::unconstrained;
using ferry::task::yield_now;

}  // namespace task

using task::spawn;

}  // namespace ferry::v0_2
