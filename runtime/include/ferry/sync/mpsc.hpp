// mpsc: channels of many senders and one receiver.
#pragma once

#include <ferry/sync/mpsc/bounded.hpp>
#include <ferry/sync/mpsc/error.hpp>
#include <ferry/sync/mpsc/permit.hpp>
#include <ferry/sync/mpsc/receiver.hpp>
#include <ferry/sync/mpsc/unbounded.hpp>
