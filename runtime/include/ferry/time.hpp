// Timers, timeouts, intervals and the clock.
#pragma once

#include <ferry/time/clock.hpp>
#include <ferry/time/delay_queue.hpp>
#include <ferry/time/error.hpp>
#include <ferry/time/instant.hpp>
#include <ferry/time/interval.hpp>
#include <ferry/time/movable_sleep.hpp>
#include <ferry/time/sleep.hpp>
#include <ferry/time/timeout.hpp>
