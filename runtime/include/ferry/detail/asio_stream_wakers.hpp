// StreamWakers: one waker for who reads from a stream and who writes to it.
#pragma once

#include <atomic>
#include <cstddef>

#include <ferry/detail/atomic_waker.hpp>
#include <ferry/waker.hpp>

namespace ferry::detail {

/// Its waker wakes both. Shared by its wakers.
class StreamWakers {
 public:
  /// A waker, which is the only owner.
  static Waker make(StreamWakers*& wakers);
  StreamWakers(const StreamWakers&) = delete;
  StreamWakers& operator=(const StreamWakers&) = delete;

  AtomicWaker reader;
  AtomicWaker writer;

 private:
  StreamWakers() noexcept {}
  ~StreamWakers() = default;
  void wake() noexcept;
  void retain() noexcept;
  void release() noexcept;
  static StreamWakers& of(void* data) noexcept { return *static_cast<StreamWakers*>(data); }
  static const WakerVTable kVTable;

  std::atomic<std::size_t> owners_{1};
};

}  // namespace ferry::detail
