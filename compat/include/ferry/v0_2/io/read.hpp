// AsyncRead: 0.2's, which gives the number of bytes, and the functions that read from such a thing.
#pragma once

#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <ferry/compat/byte_count.hpp>
#include <ferry/future.hpp>
#include <ferry/io/bytes.hpp>
#include <ferry/io/copy.hpp>
#include <ferry/io/read.hpp>
#include <ferry/io/traits.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2::io {

/// `poll_read(Context&, std::span<std::byte>)` gives the number of bytes read, 0 at the end.
/// Tokio: 0.2's `io::AsyncRead`.
template <class R>
concept AsyncRead = compat::ByteCountRead<R>;

namespace detail {

/// A reader of 0.2 that is not one of 1.x as well.
template <class R>
concept OnlyByteCount = AsyncRead<R> && !ferry::io::AsyncRead<R>;

template <class S>
struct Adapted {
  using Type = S&;
};
template <OnlyByteCount S>
struct Adapted<S> {
  using Type = compat::FromByteCount<S&>;
};

/// A future of 1.x together with the adapters through which it sees streams of 0.2. Cannot be moved.
///
/// Cancelling: as the future inside.
template <class Make, class... Ss>
class [[nodiscard]] Bridged {
  using Inner = std::invoke_result_t<const Make&, typename Adapted<Ss>::Type&...>;

 public:
  using Output = FutureOutput<Inner>;

  explicit Bridged(const Make& make, Ss&... streams)
      : adapted_(streams...), inner_(std::apply(make, adapted_)) {}
  Bridged(const Bridged&) = delete;
  Bridged& operator=(const Bridged&) = delete;

  Poll<Output> poll(Context& cx) { return inner_.poll(cx); }

 private:
  std::tuple<typename Adapted<Ss>::Type...> adapted_;
  Inner inner_;
};

template <class Make, class... Ss>
Bridged<Make, Ss...> bridge(const Make& make, Ss&... streams) {
  return Bridged<Make, Ss...>(make, streams...);
}

}  // namespace detail

using ferry::io::copy;
using ferry::io::copy_bidirectional;
using ferry::io::read;
using ferry::io::read_exact;
using ferry::io::read_to_end;
using ferry::io::read_to_string;

/// As ferry::io::read. Cancelling: safe.
template <class R>
  requires detail::OnlyByteCount<R>
auto read(R&& reader, ferry::io::MutableBytes buffer) {
  return detail::bridge([buffer](auto& adapted) { return ferry::io::read(adapted, buffer); }, reader);
}

/// As ferry::io::read_exact. Cancelling: not safe.
template <class R>
  requires detail::OnlyByteCount<R>
auto read_exact(R&& reader, ferry::io::MutableBytes buffer) {
  return detail::bridge([buffer](auto& adapted) { return ferry::io::read_exact(adapted, buffer); }, reader);
}

/// As ferry::io::read_to_end. Cancelling: what was read stays in `bytes`.
template <class R, ferry::io::ByteLike B, class Allocator>
  requires detail::OnlyByteCount<R>
auto read_to_end(R&& reader, std::vector<B, Allocator>& bytes) {
  return detail::bridge([&bytes](auto& adapted) { return ferry::io::read_to_end(adapted, bytes); }, reader);
}

/// As ferry::io::read_to_string. Cancelling: not safe.
template <class R>
  requires detail::OnlyByteCount<R>
auto read_to_string(R&& reader, std::string& text) {
  return detail::bridge([&text](auto& adapted) { return ferry::io::read_to_string(adapted, text); }, reader);
}

/// As ferry::io::copy. Cancelling: not safe.
template <class R, class W>
  requires(detail::OnlyByteCount<R> && ferry::io::AsyncWrite<W>)
auto copy(R&& reader, W&& writer) {
  return detail::bridge([&writer](auto& adapted) { return ferry::io::copy(adapted, writer); }, reader);
}

/// As ferry::io::copy_bidirectional, where one of the streams or both are of 0.2. Cancelling: not safe.
template <class A, class B>
  requires(detail::OnlyByteCount<A> || detail::OnlyByteCount<B>)
auto copy_bidirectional(A&& a, B&& b) {
  return detail::bridge([](auto& left, auto& right) { return ferry::io::copy_bidirectional(left, right); }, a,
                        b);
}

}  // namespace ferry::v0_2::io
