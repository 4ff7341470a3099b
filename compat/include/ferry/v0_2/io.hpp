// I/O as in 0.2: readers say how many bytes they have read. The functions take streams of both kinds.
#pragma once

#include <ferry/io.hpp>
#include <ferry/v0_2/io/any.hpp>
#include <ferry/v0_2/io/buf.hpp>
#include <ferry/v0_2/io/buf_reader.hpp>
#include <ferry/v0_2/io/buf_stream.hpp>
#include <ferry/v0_2/io/buf_writer.hpp>
#include <ferry/v0_2/io/chain.hpp>
#include <ferry/v0_2/io/copy.hpp>
#include <ferry/v0_2/io/cursor.hpp>
#include <ferry/v0_2/io/duplex.hpp>
#include <ferry/v0_2/io/empty.hpp>
#include <ferry/v0_2/io/lines.hpp>
#include <ferry/v0_2/io/poll_evented.hpp>
#include <ferry/v0_2/io/read.hpp>
#include <ferry/v0_2/io/reader_stream.hpp>
#include <ferry/v0_2/io/registration.hpp>
#include <ferry/v0_2/io/seek.hpp>
#include <ferry/v0_2/io/split.hpp>
#include <ferry/v0_2/io/stdio.hpp>
#include <ferry/v0_2/io/take.hpp>
#include <ferry/v0_2/io/traits.hpp>
#include <ferry/v0_2/io/write.hpp>
#include <ferry/v0_2/moved.hpp>
#include <ferry/v0_2/result.hpp>

namespace ferry::v0_2::io {

using ferry::io::copy_buf;
using ferry::io::ErrorKind;
using ferry::io::fill_buf;
using ferry::io::is_write_vectored;
using ferry::io::join;
using ferry::io::Join;
using ferry::io::poll_read_bytes;
using ferry::io::poll_write_vectored;
using ferry::io::read_with;
using ferry::io::ReadBuf;
using ferry::io::rewind;
using ferry::io::simplex;
using ferry::io::stream_position;
using ferry::io::write_all_buf;
using ferry::io::write_vectored;

// Readiness, and descriptors from elsewhere.
using ferry::io::AsyncFd;
using ferry::io::HasRawFd;
using ferry::io::Interest;
using ferry::io::Ready;

}  // namespace ferry::v0_2::io
