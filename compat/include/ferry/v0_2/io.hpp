// I/O as in 0.2: readers say how many bytes they have read. The functions take readers of both kinds.
#pragma once

#include <ferry/io.hpp>
#include <ferry/v0_2/io/poll_evented.hpp>
#include <ferry/v0_2/io/read.hpp>
#include <ferry/v0_2/io/registration.hpp>
#include <ferry/v0_2/moved.hpp>
#include <ferry/v0_2/result.hpp>

namespace ferry::v0_2::io {

using ferry::io::AsyncBufRead;
using ferry::io::AsyncWrite;
using ferry::io::ErrorKind;
using ferry::io::flush;
using ferry::io::poll_read_bytes;
using ferry::io::read_with;
using ferry::io::ReadBuf;
using ferry::io::shutdown;
using ferry::io::write;
using ferry::io::write_all;

// Readiness, and descriptors from elsewhere.
using ferry::io::AsyncFd;
using ferry::io::HasRawFd;
using ferry::io::Interest;
using ferry::io::Ready;

}  // namespace ferry::v0_2::io
