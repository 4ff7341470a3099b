// util: codecs, sinks, and adapters between streams, sinks, readers and writers.
#pragma once

#include <ferry/util/buf.hpp>
#include <ferry/util/bytes_mut.hpp>
#include <ferry/util/codec.hpp>
#include <ferry/util/context.hpp>
#include <ferry/util/either.hpp>
#include <ferry/util/future.hpp>
#include <ferry/util/inspect.hpp>
#include <ferry/util/read_buf.hpp>
#include <ferry/util/read_exact_arc.hpp>
#include <ferry/util/reader_stream.hpp>
#include <ferry/util/sink.hpp>
#include <ferry/util/sink_writer.hpp>
#include <ferry/util/split.hpp>
#include <ferry/util/stream_reader.hpp>
#include <ferry/util/udp_framed.hpp>
