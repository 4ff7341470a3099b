// Wrappers: what gives many values, as streams.
#pragma once

#include <ferry/stream/wrappers/broadcast.hpp>
#include <ferry/stream/wrappers/ctrl_c.hpp>
#include <ferry/stream/wrappers/interval.hpp>
#include <ferry/stream/wrappers/join_set.hpp>
#include <ferry/stream/wrappers/lines.hpp>
#include <ferry/stream/wrappers/read_dir.hpp>
#include <ferry/stream/wrappers/receiver.hpp>
#include <ferry/stream/wrappers/signal.hpp>
#include <ferry/stream/wrappers/split.hpp>
#include <ferry/stream/wrappers/tcp_listener.hpp>
#include <ferry/stream/wrappers/unbounded_receiver.hpp>
#include <ferry/stream/wrappers/unix_listener.hpp>
#include <ferry/stream/wrappers/watch.hpp>
