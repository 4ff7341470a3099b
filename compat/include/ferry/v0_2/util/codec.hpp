// Codecs as in 0.2. What a `length_delimited::Builder` makes is what it makes in 1.x: nobody goes on behind
// an error of its codec.
#pragma once

#include <ferry/util/codec.hpp>
#include <ferry/v0_2/moved.hpp>
#include <ferry/v0_2/result.hpp>
#include <ferry/v0_2/util/codec/framed.hpp>
#include <ferry/v0_2/util/codec/framed_read.hpp>

namespace ferry::v0_2::util::codec {

using ferry::util::codec::BytesCodec;
using ferry::util::codec::decode_eof;
using ferry::util::codec::Decoded;
using ferry::util::codec::Decoder;
using ferry::util::codec::Encoder;
using ferry::util::codec::FramedParts;
using ferry::util::codec::FramedWrite;
using ferry::util::codec::LengthDelimitedCodec;
using ferry::util::codec::LengthDelimitedCodecError;
using ferry::util::codec::LinesCodec;
using ferry::util::codec::LinesCodecError;
namespace length_delimited = ferry::util::codec::length_delimited;

// What 1.x has besides.
using ferry::util::codec::AnyDelimiterCodec;
using ferry::util::codec::AnyDelimiterCodecError;

}  // namespace ferry::v0_2::util::codec
