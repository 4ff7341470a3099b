// Channels, locks and other ways for tasks to wait for each other.
#pragma once

#include <ferry/sync/error.hpp>
#include <ferry/sync/mpsc.hpp>
#include <ferry/sync/mutex.hpp>
#include <ferry/sync/notify.hpp>
#include <ferry/sync/oneshot.hpp>
#include <ferry/sync/semaphore.hpp>
#include <ferry/sync/watch.hpp>
