// AsyncRead, AsyncBufRead, AsyncWrite, AsyncSeek: 0.2's, and how its functions see streams of both kinds.
#pragma once

#include <concepts>
#include <cstddef>
#include <memory>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>

#include <ferry/annotate.hpp>
#include <ferry/compat/byte_count.hpp>
#include <ferry/future.hpp>
#include <ferry/io/buf_read.hpp>
#include <ferry/io/read_buf.hpp>
#include <ferry/io/seek.hpp>
#include <ferry/io/traits.hpp>
#include <ferry/io/vectored.hpp>
#include <ferry/io/waiter.hpp>
#include <ferry/pin.hpp>
#include <ferry/result.hpp>
#include <ferry/v0_2/moved.hpp>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace ferry::v0_2::io {

/// `poll_read(Context&, std::span<std::byte>)` gives the number of bytes read, 0 at the end.
/// Tokio: 0.2's `io::AsyncRead`.
template <class R>
concept AsyncRead FERRY_CONCEPT("IOT-01", unsafe, "ferry::io::AsyncRead, whose poll_read fills a ReadBuf") =
    compat::ByteCountRead<R>;

/// A reader of 0.2 with a buffer of its own: `poll_fill_buf` and `consume`. Tokio: 0.2's `io::AsyncBufRead`.
template <class R>
concept AsyncBufRead FERRY_CONCEPT("IOT-01", unsafe,
                                   "ferry::io::AsyncBufRead, whose poll_read fills a ReadBuf") =
    compat::ByteCountBufRead<R>;

/// `start_seek(Context&, SeekFrom)` may be pending. Tokio: 0.2's `io::AsyncSeek`.
template <class S>
concept AsyncSeek FERRY_CONCEPT("IOT-07", unsafe,
                                "ferry::io::AsyncSeek, whose start_seek does not wait") = compat::PollSeek<S>;

using ferry::io::AsyncWrite;

namespace detail {

// What the functions of 0.2 take: streams of either kind. Each is weaker than what the function of the same
// name in ferry::io asks for, so that a call that finds both takes that one.
template <class R>
concept Reader = ferry::io::AsyncRead<R> || AsyncRead<R>;
template <class R>
concept BufferedReader = ferry::io::AsyncBufRead<R> || AsyncBufRead<R>;
template <class W>
concept Writer = ferry::io::AsyncWrite<W> || ferry::io::AsyncWrite<W&>;
template <class S>
concept Seeker = ferry::io::AsyncSeek<S> || AsyncSeek<S>;

/// Knows something only in the way of 0.2.
template <class S>
concept OnlyLegacy =
    (AsyncRead<S> && !ferry::io::AsyncRead<S>) || (AsyncSeek<S> && !ferry::io::AsyncSeek<S>) ||
    (compat::PollWriteBuf<S> && !ferry::io::VectoredWrite<S>);

template <class S>
struct SeenFrom1x {
  using Type = S;
};
template <OnlyLegacy S>
struct SeenFrom1x<S> {
  using Type = compat::FromByteCount<S>;
};

/// `S`, which may be a reference, as a type of 1.x.
template <class S>
using Modern = typename SeenFrom1x<S>::Type;

/// What is inside of a `Modern<S>`.
template <class S, class M>
auto& unwrapped(M& modern) noexcept {
  if constexpr (OnlyLegacy<S>)
    return modern.get_ref();
  else
    return modern;
}
template <class S>
S take_out(Modern<S>&& modern) {
  if constexpr (OnlyLegacy<S>)
    return std::move(modern).into_inner();
  else
    return std::forward<S>(modern);
}

/// A future of 1.x together with the bridges through which it sees streams of 0.2. Cannot be moved.
///
/// Cancelling: as the future inside.
template <class Make, class... Ss>
class [[nodiscard]] Bridged {
  using Inner = std::invoke_result_t<const Make&, std::remove_reference_t<Modern<Ss&>>&...>;

 public:
  using Output = FutureOutput<Inner>;

  explicit Bridged(const Make& make, Ss&... streams)
      : seen_(static_cast<Modern<Ss&>>(streams)...), inner_(std::apply(make, seen_)) {}
  Bridged(const Bridged&) = delete;
  Bridged& operator=(const Bridged&) = delete;

  Poll<Output> poll(Context& cx) { return inner_.poll(cx); }

 private:
  std::tuple<Modern<Ss&>...> seen_;
  Inner inner_;
};

/// The future of 1.x that `make(streams...)` gives, as one that may be moved at any time: on the heap.
template <class Make, class... Ss>
ferry::Pin<Bridged<Make, Ss...>> movable(const Make& make, Ss&... streams) {
  return ferry::Pin<Bridged<Make, Ss...>>(std::in_place,
                                          [&] { return Bridged<Make, Ss...>(make, streams...); });
}

/// How a future of 0.2, which may be moved, polls a reader. Where several tasks may wait for a reader of 1.x,
/// each has its waiter on the heap.
template <class R>
class ReadTurn {
 public:
  Poll<ferry::io::Result<void>> poll(R& reader, Context& cx, ferry::io::ReadBuf& buf) {
    if constexpr (ferry::io::AsyncRead<R>)
      return reader.poll_read(cx, buf);
    else
      return compat::detail::poll_read(reader, cx, buf);
  }
};
template <class R>
  requires(ferry::io::SharedRead<R> && !AsyncRead<R>)
class ReadTurn<R> {
 public:
  Poll<ferry::io::Result<void>> poll(R& reader, Context& cx, ferry::io::ReadBuf& buf) {
    if (waiter_ == nullptr) waiter_ = std::make_unique<Waiter>();
    return reader.poll_read(cx, buf, *waiter_);
  }

 private:
  using Waiter = typename std::remove_cv_t<R>::ReadWaiter;
  std::unique_ptr<Waiter> waiter_;
};

/// A reader, polled with its turn.
template <class R>
class Turning {
 public:
  Turning(R& reader, ReadTurn<R>& turn) noexcept : reader_(&reader), turn_(&turn) {}
  Poll<ferry::io::Result<void>> poll_read(Context& cx, ferry::io::ReadBuf& buf) {
    return turn_->poll(*reader_, cx, buf);
  }

 private:
  R* reader_;
  ReadTurn<R>* turn_;
};

/// How a future of 0.2 polls a writer, likewise.
template <class W>
class WriteTurn {
 public:
  Poll<ferry::io::Result<std::size_t>> poll(W& writer, Context& cx, std::span<const std::byte> data) {
    return writer.poll_write(cx, data);
  }
  template <class B>
  Poll<ferry::io::Result<std::size_t>> poll_buf(W& writer, Context& cx, B& buf) {
    Modern<W&> modern(writer);
    return ferry::util::poll_write_buf(modern, cx, buf);
  }
};
template <class W>
  requires(ferry::io::SharedWrite<W> && !compat::ByteCount<W>)
class WriteTurn<W> {
 public:
  Poll<ferry::io::Result<std::size_t>> poll(W& writer, Context& cx, std::span<const std::byte> data) {
    return writer.poll_write(cx, data, waiter());
  }
  template <class B>
  Poll<ferry::io::Result<std::size_t>> poll_buf(W& writer, Context& cx, B& buf) {
    Waiting waiting(writer, waiter());
    return ferry::util::poll_write_buf(waiting, cx, buf);
  }

 private:
  using Waiter = typename std::remove_cv_t<W>::WriteWaiter;

  // The writer, polled with the waiter.
  class Waiting {
   public:
    Waiting(W& writer, Waiter& waiter) noexcept : writer_(&writer), waiter_(&waiter) {}
    Poll<ferry::io::Result<std::size_t>> poll_write(Context& cx, std::span<const std::byte> data) {
      return writer_->poll_write(cx, data, *waiter_);
    }
    Poll<ferry::io::Result<std::size_t>> poll_write_vectored(
        Context& cx, std::span<const std::span<const std::byte>> pieces)
      requires ferry::io::VectoredWrite<W>
    {
      return writer_->poll_write_vectored(cx, pieces, *waiter_);
    }
    Poll<ferry::io::Result<void>> poll_flush(Context& cx) { return writer_->poll_flush(cx); }
    Poll<ferry::io::Result<void>> poll_shutdown(Context& cx) { return writer_->poll_shutdown(cx); }

   private:
    W* writer_;
    Waiter* waiter_;
  };

  Waiter& waiter() {
    if (waiter_ == nullptr) waiter_ = std::make_unique<Waiter>();
    return *waiter_;
  }

  std::unique_ptr<Waiter> waiter_;
};

}  // namespace detail
}  // namespace ferry::v0_2::io

#pragma GCC diagnostic pop
