// Decoders of what a peer sends: any bytes, cut anywhere, give the same frames, and these keep to what was
// asked for.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fuzzer/FuzzedDataProvider.h>
#include <string>
#include <utility>
#include <vector>

#include <ferry/util/codec/any_delimiter_codec.hpp>
#include <ferry/util/codec/length_delimited.hpp>
#include <ferry/util/codec/lines_codec.hpp>

#include "runtime/util/codec/split_frames.hpp"

namespace ferry {
namespace {

using util::codec::AnyDelimiterCodec;
using util::codec::LengthDelimitedCodec;
using util::codec::LinesCodec;
using Outcomes = std::vector<std::string>;

void expect(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "not so: %s\n", what);
  std::abort();
}

/// What is left of the data, cut into some pieces.
std::vector<std::string> pieces_of(FuzzedDataProvider& data) {
  std::vector<std::size_t> sizes(data.ConsumeIntegralInRange<std::size_t>(0, 6));
  for (std::size_t& size : sizes) size = data.ConsumeIntegralInRange<std::size_t>(0, 40);
  std::string rest = data.ConsumeRemainingBytesAsString();
  std::vector<std::string> pieces;
  for (const std::size_t size : sizes) {
    pieces.push_back(rest.substr(0, size));
    rest.erase(0, size);
  }
  pieces.push_back(std::move(rest));
  return pieces;
}

std::string joined(const std::vector<std::string>& pieces) {
  std::string all;
  for (const std::string& piece : pieces) all += piece;
  return all;
}

/// Checks each frame of `pieces` with `check`, and that they are those of the whole and of the single bytes.
template <class Codec, class Frames, class Check>
void run(const Codec& codec, const std::vector<std::string>& pieces, Frames frames, Check check) {
  const Outcomes outcomes = frames(codec, pieces);
  const std::string whole = joined(pieces);
  expect(frames(codec, {whole}) == outcomes, "frames do not depend on where the input is cut");
  expect(frames(codec, test::bytes_of(whole)) == outcomes,
         "frames do not depend on whether the input is cut");
  for (const std::string& outcome : outcomes)
    if (outcome.front() == '=') check(outcome.substr(1));
}

template <class Codec>
Outcomes all_frames(const Codec& codec, const std::vector<std::string>& pieces) {
  return test::frames_of(codec, pieces);
}
// After an error of this codec nobody knows where the next frame begins.
template <class Codec>
Outcomes sound_frames(const Codec& codec, const std::vector<std::string>& pieces) {
  return test::frames_before_error(codec, pieces);
}

void run_lines(FuzzedDataProvider& data) {
  const bool is_limited = data.ConsumeBool();
  const std::size_t max_length = data.ConsumeIntegralInRange<std::size_t>(0, 20);
  const LinesCodec codec = is_limited ? LinesCodec::new_with_max_length(max_length) : LinesCodec();
  run(codec, pieces_of(data), all_frames<LinesCodec>, [&](const std::string& line) {
    expect(line.size() <= codec.max_length(), "no line is longer than allowed");
    expect(line.find('\n') == line.npos, "no line has a newline");
  });
}

void run_chunks(FuzzedDataProvider& data) {
  const bool is_limited = data.ConsumeBool();
  const std::size_t max_length = data.ConsumeIntegralInRange<std::size_t>(0, 20);
  const std::string delimiters = data.ConsumeRandomLengthString(3);
  const AnyDelimiterCodec codec = is_limited
                                      ? AnyDelimiterCodec::new_with_max_length(delimiters, ",", max_length)
                                      : AnyDelimiterCodec(delimiters, ",");
  run(codec, pieces_of(data), all_frames<AnyDelimiterCodec>, [&](const std::string& chunk) {
    expect(chunk.size() <= codec.max_length(), "no chunk is longer than allowed");
    expect(chunk.find_first_of(delimiters) == chunk.npos, "no chunk has a delimiter");
  });
}

void run_lengths(FuzzedDataProvider& data) {
  auto builder = LengthDelimitedCodec::builder();
  builder.length_field_length(data.ConsumeIntegralInRange<std::size_t>(1, 8));
  if (data.ConsumeBool()) builder.little_endian();
  if (data.ConsumeBool()) builder.max_frame_length(data.ConsumeIntegral<std::size_t>());
  if (data.ConsumeBool()) builder.length_field_offset(data.ConsumeIntegralInRange<std::size_t>(0, 10));
  if (data.ConsumeBool()) builder.num_skip(data.ConsumeIntegralInRange<std::size_t>(0, 20));
  std::ptrdiff_t adjustment = 0;
  if (data.ConsumeBool()) adjustment = data.ConsumeIntegralInRange<std::ptrdiff_t>(-20, 20);
  if (data.ConsumeBool()) adjustment = data.ConsumeIntegral<std::ptrdiff_t>();
  builder.length_adjustment(adjustment);
  const LengthDelimitedCodec codec = builder.new_codec();
  run(codec, pieces_of(data), sound_frames<LengthDelimitedCodec>, [&](const std::string& frame) {
    // What a codec without more in its head encodes, it decodes.
    LengthDelimitedCodec same = builder.length_field_offset(0).num_skip(0).new_codec();
    util::BytesMut buffer;
    if (!same.encode(frame, buffer)) return;  // longer than a payload may be, by the adjustment
    expect(buffer.size() > frame.size(), "a head precedes the payload");
    expect(test::text_of(buffer).ends_with(frame), "the payload is encoded as it is");
  });
}

}  // namespace
}  // namespace ferry

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  FuzzedDataProvider data(bytes, size);
  switch (data.ConsumeIntegralInRange<int>(0, 2)) {
    case 0:
      ferry::run_lines(data);
      break;
    case 1:
      ferry::run_chunks(data);
      break;
    default:
      ferry::run_lengths(data);
  }
  return 0;
}
