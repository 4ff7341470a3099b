// Streams: futures that give many values. What adapts them, where they come from, and wrappers for what gives
// many values.
//
// A function of a stream is called with it, `map(stream, f)`, or stands behind it, `stream | map(f)`. Without
// a stream it can be kept and used again: `const auto firsts = map(f) | take(3);`.
//
// A stream that has a name is borrowed, and has to outlive what is made of it; a temporary is moved in. So
// `std::move(stream) | map(f)` gives a stream away, and one that cannot be moved needs a name.
//
// Dropping `next` loses no item: what has left a source and was not given yet is kept by the adapter. What is
// made of streams that can be moved can be moved, also between polls.
#pragma once

#include <ferry/stream/any_stream.hpp>
#include <ferry/stream/buffered.hpp>
#include <ferry/stream/chain.hpp>
#include <ferry/stream/chunks_timeout.hpp>
#include <ferry/stream/collect.hpp>
#include <ferry/stream/fold.hpp>
#include <ferry/stream/for_each.hpp>
#include <ferry/stream/fuse.hpp>
#include <ferry/stream/generator.hpp>
#include <ferry/stream/iter.hpp>
#include <ferry/stream/map.hpp>
#include <ferry/stream/merge.hpp>
#include <ferry/stream/notify_close.hpp>
#include <ferry/stream/peekable.hpp>
#include <ferry/stream/size_hint.hpp>
#include <ferry/stream/stream.hpp>
#include <ferry/stream/stream_map.hpp>
#include <ferry/stream/take.hpp>
#include <ferry/stream/then.hpp>
#include <ferry/stream/throttle.hpp>
#include <ferry/stream/timeout.hpp>
#include <ferry/stream/unfold.hpp>
#include <ferry/stream/wrappers.hpp>
