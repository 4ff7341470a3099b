// Streams, as in 0.2: the concept and `next` have not changed. What is a stream has: see each type.
#pragma once

#include <ferry/stream.hpp>
#include <ferry/stream/wrappers.hpp>
#include <ferry/v0_2/moved.hpp>
#include <ferry/v0_2/result.hpp>

namespace ferry::v0_2::stream {

using ferry::stream::Next;
using ferry::stream::next;
using ferry::stream::Stream;
using ferry::stream::StreamItem;
namespace wrappers = ferry::stream::wrappers;

}  // namespace ferry::v0_2::stream
