// Timers as in 0.2.
#pragma once

#include <ferry/time.hpp>
#include <ferry/v0_2/moved.hpp>
#include <ferry/v0_2/pin.hpp>
#include <ferry/v0_2/result.hpp>
#include <ferry/v0_2/time/clock.hpp>
#include <ferry/v0_2/time/delay.hpp>
#include <ferry/v0_2/time/delay_queue.hpp>
#include <ferry/v0_2/time/interval.hpp>
#include <ferry/v0_2/time/throttle.hpp>
#include <ferry/v0_2/time/timeout.hpp>

namespace ferry::v0_2::time {

namespace error = ferry::time::error;

using ferry::time::Advance;
using ferry::time::Duration;
using ferry::time::Instant;
using ferry::time::MissedTickBehavior;
using ferry::time::Sleep;
using ferry::time::sleep;
using ferry::time::sleep_until;

/// The deadline came first. Now `time::error::Elapsed`.
using Elapsed FERRY_REPLACE("TIME-10", safe, "ferry::time::error::Elapsed") = ferry::time::error::Elapsed;
/// Why a timer could not be set. Now `time::error::Error`.
using Error FERRY_REPLACE("TIME-11", safe, "ferry::time::error::Error") = ferry::time::error::Error;

}  // namespace ferry::v0_2::time
