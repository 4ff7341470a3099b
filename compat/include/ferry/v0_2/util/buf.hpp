// What any Buf or BufMut can do: in bytes 0.5 it came with the traits BufExt and BufMutExt.
#pragma once

#include <ferry/annotate.hpp>
#include <ferry/util/buf.hpp>
#include <ferry/v0_2/moved.hpp>
#include <ferry/v0_2/util/bytes_mut.hpp>

namespace ferry::v0_2::bytes::buf {

/// Tokio: `bytes::buf::ext` of bytes 0.5.
namespace FERRY_MOVED("BYTES-06", safe, "ferry::util::buf") ext {}
namespace ext {

using ferry::util::buf::Chain;
using ferry::util::buf::chain;
using ferry::util::buf::Limit;
using ferry::util::buf::limit;
using ferry::util::buf::Reader;
using ferry::util::buf::reader;
using ferry::util::buf::Take;
using ferry::util::buf::take;
using ferry::util::buf::Writer;
using ferry::util::buf::writer;

}  // namespace ext
}  // namespace ferry::v0_2::bytes::buf
