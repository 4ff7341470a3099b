// The whole API of 1.x, but for the doors to Asio (ferry/asio.hpp) and to tests (ferry/testing.hpp).
#pragma once

#include <ferry/fs.hpp>
#include <ferry/future.hpp>
#include <ferry/io.hpp>
#include <ferry/join.hpp>
#include <ferry/net.hpp>
#include <ferry/pin.hpp>
#include <ferry/poll.hpp>
#include <ferry/process.hpp>
#include <ferry/result.hpp>
#include <ferry/run.hpp>
#include <ferry/runtime.hpp>
#include <ferry/select.hpp>
#include <ferry/signal.hpp>
#include <ferry/stream.hpp>
#include <ferry/stream/wrappers.hpp>
#include <ferry/sync.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>
#include <ferry/util.hpp>
#include <ferry/waker.hpp>
