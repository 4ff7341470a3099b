// stream_reader and reader_stream: a stream of chunks as a reader, and the other way round.
#pragma once

#include <optional>
#include <type_traits>
#include <utility>

#include <ferry/annotate.hpp>
#include <ferry/future.hpp>
#include <ferry/stream/stream.hpp>
#include <ferry/util/reader_stream.hpp>
#include <ferry/util/stream_reader.hpp>
#include <ferry/v0_2/io/legacy.hpp>
#include <ferry/v0_2/io/traits.hpp>
#include <ferry/v0_2/moved.hpp>

// The functions name the classes, which are as deprecated as they are.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace ferry::v0_2::io {

/// Reads, in both ways, the chunks of a stream of results.
///
/// Thread safety: owned by one task at a time.
/// Tokio: 0.2's `io::StreamReader`.
template <ferry::stream::Stream S>
class FERRY_REPLACE("IOE-14", safe, "ferry::util::StreamReader") StreamReader
    : public detail::Legacy<StreamReader<S>, ferry::util::StreamReader<S>> {
 public:
  explicit StreamReader(S stream)
      : detail::Legacy<StreamReader<S>, ferry::util::StreamReader<S>>(
            ferry::util::StreamReader<S>(std::forward<S>(stream))) {}
};

/// Reads the chunks of `stream`, which is moved in. Tokio: 0.2's `io::stream_reader`.
template <ferry::stream::Stream S>
FERRY_REPLACE("IOE-14", safe, "ferry::util::StreamReader($stream)")
StreamReader<S> stream_reader(S stream) {
  return StreamReader<S>(std::move(stream));
}

/// The bytes that a reader, of 0.2 or of 1.x, gives, in chunks as they come. After an error, and at the end,
/// the reader is destroyed and the stream has ended.
///
/// Thread safety: owned by one task at a time.
/// Tokio: 0.2's `io::ReaderStream`.
template <detail::Reader R>
class FERRY_REPLACE("IOE-15", safe, "ferry::util::ReaderStream") ReaderStream
    : public ferry::util::ReaderStream<detail::Modern<R>> {
 public:
  explicit ReaderStream(R reader)
      : ferry::util::ReaderStream<detail::Modern<R>>(
            static_cast<detail::Modern<R>>(std::forward<R>(reader))) {}
};

/// The chunks of `reader`, which is moved in. Tokio: 0.2's `io::reader_stream`.
template <detail::Reader R>
FERRY_REPLACE("IOE-15", safe, "ferry::util::ReaderStream($reader)")
ReaderStream<R> reader_stream(R reader) {
  return ReaderStream<R>(std::move(reader));
}

}  // namespace ferry::v0_2::io

#pragma GCC diagnostic pop
