// Tasks: the coroutine type, spawn and everything that holds tasks.
#pragma once

#include <ferry/task/abort_on_drop.hpp>
#include <ferry/task/block_in_place.hpp>
#include <ferry/task/builder.hpp>
#include <ferry/task/coop.hpp>
#include <ferry/task/current.hpp>
#include <ferry/task/fork_join.hpp>
#include <ferry/task/join_handle.hpp>
#include <ferry/task/join_map.hpp>
#include <ferry/task/join_next.hpp>
#include <ferry/task/join_queue.hpp>
#include <ferry/task/join_set.hpp>
#include <ferry/task/local_key.hpp>
#include <ferry/task/local_pool.hpp>
#include <ferry/task/local_set.hpp>
#include <ferry/task/scope.hpp>
#include <ferry/task/spawn.hpp>
#include <ferry/task/task.hpp>
#include <ferry/task/task_tracker.hpp>
#include <ferry/task/yield_now.hpp>
