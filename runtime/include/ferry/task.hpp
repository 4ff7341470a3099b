// Tasks: the coroutine type, spawn, JoinHandle, yield_now.
#pragma once

#include <ferry/task/join_handle.hpp>
#include <ferry/task/spawn.hpp>
#include <ferry/task/task.hpp>
#include <ferry/task/yield_now.hpp>
