// Channels, locks and other ways for tasks to wait for each other.
#pragma once

#include <ferry/sync/barrier.hpp>
#include <ferry/sync/broadcast.hpp>
#include <ferry/sync/cancellation_token.hpp>
#include <ferry/sync/error.hpp>
#include <ferry/sync/mpsc.hpp>
#include <ferry/sync/mutex.hpp>
#include <ferry/sync/notify.hpp>
#include <ferry/sync/once_cell.hpp>
#include <ferry/sync/oneshot.hpp>
#include <ferry/sync/poll_semaphore.hpp>
#include <ferry/sync/poll_sender.hpp>
#include <ferry/sync/rw_lock.hpp>
#include <ferry/sync/semaphore.hpp>
#include <ferry/sync/set_once.hpp>
#include <ferry/sync/watch.hpp>
