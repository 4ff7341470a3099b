// AsyncIo: a call on a descriptor that does not block, made again until it need not wait.
#pragma once

#include <type_traits>
#include <utility>

#include <ferry/detail/io_source.hpp>
#include <ferry/future.hpp>
#include <ferry/io/interest.hpp>

namespace ferry::net {

/// Completes with what a callable `io::Result<T>()` gives as soon as that is not EAGAIN. The socket is
/// borrowed, and so is what the callable refers to. Any number of tasks may wait.
///
/// Cancelling: safe; the callable runs only while this is polled, and what it gives completes this.
template <class F>
class [[nodiscard]] AsyncIo {
 public:
  using Output = std::invoke_result_t<F&>;

  AsyncIo(const detail::IoSource& source, io::Interest interest, F call)
      : source_(&source), call_(std::move(call)), waiter_(interest) {}
  AsyncIo(const AsyncIo&) = delete;
  AsyncIo& operator=(const AsyncIo&) = delete;

  Poll<Output> poll(Context& cx) { return source_->poll_io(waiter_, cx, call_); }

 private:
  const detail::IoSource* source_;
  F call_;
  detail::IoSource::Waiter waiter_;
};

}  // namespace ferry::net
