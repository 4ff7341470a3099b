// The door to Asio: an executor for its objects, awaiting its operations, and tasks as its operations.
#pragma once

#include <ferry/asio/co_spawn.hpp>
#include <ferry/asio/executor.hpp>
#include <ferry/asio/use_task.hpp>
