// Streams as in 0.2: what gives many values, what adapts it, and where it comes from. What is a stream of its
// own accord has changed: see each type, and ferry/compat/streams.hpp.
#pragma once

#include <ferry/stream.hpp>
#include <ferry/v0_2/moved.hpp>
#include <ferry/v0_2/result.hpp>
#include <ferry/v0_2/stream/collect.hpp>
#include <ferry/v0_2/stream/next.hpp>
#include <ferry/v0_2/stream/timeout.hpp>

namespace ferry::v0_2::stream {

using ferry::stream::size_hint;
using ferry::stream::SizeHint;
using ferry::stream::Stream;
using ferry::stream::StreamItem;
using ferry::stream::TryStream;

using ferry::stream::Empty;
using ferry::stream::empty;
using ferry::stream::Iter;
using ferry::stream::iter;
using ferry::stream::IterOwned;
using ferry::stream::Once;
using ferry::stream::once;
using ferry::stream::Pending;
using ferry::stream::pending;
using ferry::stream::StreamMap;

using ferry::stream::all;
using ferry::stream::any;
using ferry::stream::Chain;
using ferry::stream::chain;
using ferry::stream::Collect;
using ferry::stream::Filter;
using ferry::stream::filter;
using ferry::stream::filter_map;
using ferry::stream::FilterMap;
using ferry::stream::Find;
using ferry::stream::Fold;
using ferry::stream::fold;
using ferry::stream::Fuse;
using ferry::stream::fuse;
using ferry::stream::Map;
using ferry::stream::map;
using ferry::stream::Merge;
using ferry::stream::merge;
using ferry::stream::Skip;
using ferry::stream::skip;
using ferry::stream::skip_while;
using ferry::stream::SkipWhile;
using ferry::stream::Take;
using ferry::stream::take;
using ferry::stream::take_while;
using ferry::stream::TakeWhile;

// What 1.x has besides.
using ferry::stream::AnyStream;
using ferry::stream::buffer_unordered;
using ferry::stream::Buffered;
using ferry::stream::buffered;
using ferry::stream::BufferUnordered;
using ferry::stream::chunks_timeout;
using ferry::stream::ChunksTimeout;
using ferry::stream::Elapsed;
using ferry::stream::for_each;
using ferry::stream::for_each_concurrent;
using ferry::stream::ForEach;
using ferry::stream::ForEachConcurrent;
using ferry::stream::Generator;
using ferry::stream::map_while;
using ferry::stream::MapWhile;
using ferry::stream::NextMany;
using ferry::stream::Peekable;
using ferry::stream::peekable;
using ferry::stream::poll_fn;
using ferry::stream::StreamNotifyClose;
using ferry::stream::Then;
using ferry::stream::then;
using ferry::stream::Throttle;
using ferry::stream::throttle;
using ferry::stream::timeout_repeating;
using ferry::stream::TimeoutRepeating;
using ferry::stream::Unfold;
using ferry::stream::unfold;
namespace wrappers = ferry::stream::wrappers;

}  // namespace ferry::v0_2::stream
