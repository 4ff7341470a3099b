// Channels, locks and other ways for tasks to wait for each other, as in 0.2.
#pragma once

#include <ferry/sync.hpp>
#include <ferry/v0_2/moved.hpp>
#include <ferry/v0_2/result.hpp>
#include <ferry/v0_2/sync/broadcast.hpp>
#include <ferry/v0_2/sync/mpsc.hpp>
#include <ferry/v0_2/sync/notify.hpp>
#include <ferry/v0_2/sync/rw_lock.hpp>
#include <ferry/v0_2/sync/semaphore.hpp>
#include <ferry/v0_2/sync/watch.hpp>

namespace ferry::v0_2::sync {

namespace error = ferry::sync::error;
namespace oneshot = ferry::sync::oneshot;

using ferry::sync::Barrier;
using ferry::sync::BarrierWaitResult;
using ferry::sync::CancellationToken;
using ferry::sync::CancelledOwned;
using ferry::sync::DropGuard;
using ferry::sync::MappedMutexGuard;
using ferry::sync::Mutex;
using ferry::sync::MutexGuard;
using ferry::sync::OnceCell;
using ferry::sync::OwnedMappedMutexGuard;
using ferry::sync::OwnedMutexGuard;
using ferry::sync::OwnedNotified;
using ferry::sync::OwnedRwLockMappedWriteGuard;
using ferry::sync::OwnedRwLockReadGuard;
using ferry::sync::OwnedRwLockWriteGuard;
using ferry::sync::OwnedSemaphorePermit;
using ferry::sync::PollSemaphore;
using ferry::sync::PollSender;
using ferry::sync::RwLockMappedWriteGuard;
using ferry::sync::RwLockReadGuard;
using ferry::sync::SemaphorePermit;
using ferry::sync::SetOnce;
using ferry::sync::WaitForCancellationFuture;
using ferry::sync::error::TryAcquireError;
using ferry::sync::error::TryLockError;

}  // namespace ferry::v0_2::sync
