// The whole API of 0.2.
#pragma once

#include <ferry/v0_2/fs.hpp>
#include <ferry/v0_2/future.hpp>
#include <ferry/v0_2/io.hpp>
#include <ferry/v0_2/join.hpp>
#include <ferry/v0_2/net.hpp>
#include <ferry/v0_2/pin.hpp>
#include <ferry/v0_2/prelude.hpp>
#include <ferry/v0_2/process.hpp>
#include <ferry/v0_2/run.hpp>
#include <ferry/v0_2/runtime.hpp>
#include <ferry/v0_2/select.hpp>
#include <ferry/v0_2/signal.hpp>
#include <ferry/v0_2/stream.hpp>
#include <ferry/v0_2/sync.hpp>
#include <ferry/v0_2/task.hpp>
#include <ferry/v0_2/testing.hpp>
#include <ferry/v0_2/time.hpp>
#include <ferry/v0_2/util.hpp>
