// I/O: buffers, what readers and writers are, and what can be done with any of them.
#pragma once

#include <ferry/io/bytes.hpp>
#include <ferry/io/copy.hpp>
#include <ferry/io/duplex.hpp>
#include <ferry/io/error.hpp>
#include <ferry/io/members.hpp>
#include <ferry/io/read.hpp>
#include <ferry/io/read_buf.hpp>
#include <ferry/io/traits.hpp>
#include <ferry/io/waiter.hpp>
#include <ferry/io/write.hpp>
