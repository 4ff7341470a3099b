// Codecs: frames instead of bytes.
#pragma once

#include <ferry/util/codec/any_delimiter_codec.hpp>
#include <ferry/util/codec/bytes_codec.hpp>
#include <ferry/util/codec/codec.hpp>
#include <ferry/util/codec/error.hpp>
#include <ferry/util/codec/framed.hpp>
#include <ferry/util/codec/framed_parts.hpp>
#include <ferry/util/codec/framed_read.hpp>
#include <ferry/util/codec/framed_write.hpp>
#include <ferry/util/codec/length_delimited.hpp>
#include <ferry/util/codec/lines_codec.hpp>
