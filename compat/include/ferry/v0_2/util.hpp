// util as in 0.2: codecs, sinks, datagrams, and futures of other runtimes.
#pragma once

#include <ferry/util.hpp>
#include <ferry/v0_2/moved.hpp>
#include <ferry/v0_2/result.hpp>
#include <ferry/v0_2/util/buf.hpp>
#include <ferry/v0_2/util/bytes_mut.hpp>
#include <ferry/v0_2/util/codec.hpp>

namespace ferry::v0_2::util {

using ferry::util::BytesMut;
using ferry::util::TokioContext;
using ferry::util::UdpFramed;
using ferry::util::wrap;

using ferry::util::close;
using ferry::util::Feed;
using ferry::util::feed;
using ferry::util::flush;
using ferry::util::Send;
using ferry::util::send;
using ferry::util::send_all;
using ferry::util::SendAll;
using ferry::util::Sink;
using ferry::util::sink_map_err;
using ferry::util::SinkError;
using ferry::util::SinkMapErr;
using ferry::util::SinkMembers;
using ferry::util::split;
using ferry::util::SplitSink;
using ferry::util::SplitStream;

// What 1.x has besides.
using ferry::util::CopyToBytes;
using ferry::util::Either;
using ferry::util::InspectReader;
using ferry::util::InspectWriter;
using ferry::util::poll_read_buf;
using ferry::util::poll_write_buf;
using ferry::util::read_exact_arc;
using ferry::util::ReaderStream;
using ferry::util::SinkWriter;
using ferry::util::StreamReader;
using ferry::util::with_cancellation_token;
using ferry::util::with_cancellation_token_owned;

}  // namespace ferry::v0_2::util
