// The door to Asio: an executor for its objects, awaiting its operations, tasks as its operations, and its
// streams as readers and writers.
#pragma once

#include <ferry/asio/co_spawn.hpp>
#include <ferry/asio/executor.hpp>
#include <ferry/asio/into_task.hpp>
#include <ferry/asio/io_stream.hpp>
#include <ferry/asio/use_task.hpp>
