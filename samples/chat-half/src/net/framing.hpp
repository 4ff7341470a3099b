// A connection as a stream of commands and a sink of replies.
#pragma once

#include <ferry/v0_2/util.hpp>

#include "codec.hpp"
#include "connection.hpp"

namespace chat {

using Framed = rt::util::codec::Framed<Connection, ChatCodec>;
using Commands = rt::util::SplitStream<Framed>;
using Replies = rt::util::SplitSink<Framed>;

}  // namespace chat
