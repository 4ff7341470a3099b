// Timers as in 0.2.
#pragma once

#include <ferry/time.hpp>
#include <ferry/v0_2/moved.hpp>
#include <ferry/v0_2/pin.hpp>
#include <ferry/v0_2/result.hpp>
#include <ferry/v0_2/time/delay.hpp>
#include <ferry/v0_2/time/interval.hpp>

namespace ferry::v0_2::time {

namespace error = ferry::time::error;

using ferry::time::advance;
using ferry::time::Duration;
using ferry::time::Instant;
using ferry::time::MissedTickBehavior;
using ferry::time::pause;
using ferry::time::resume;
using ferry::time::Sleep;
using ferry::time::sleep;
using ferry::time::sleep_until;
using ferry::time::Timeout;
using ferry::time::timeout;
using ferry::time::timeout_at;

/// The deadline came first. Now `time::error::Elapsed`.
using Elapsed FERRY_REPLACE("TIME-10", safe, "ferry::time::error::Elapsed") = ferry::time::error::Elapsed;

}  // namespace ferry::v0_2::time
