#include <ferry/detail/asio_stream_wakers.hpp>

namespace ferry::detail {

constinit const WakerVTable StreamWakers::kVTable = {
    .clone =
        [](void* data) {
          of(data).retain();
          return data;
        },
    .wake =
        [](void* data) {
          of(data).wake();
          of(data).release();
        },
    .wake_by_ref = [](void* data) { of(data).wake(); },
    .drop = [](void* data) noexcept { of(data).release(); },
};

Waker StreamWakers::make(StreamWakers*& wakers) {
  wakers = new StreamWakers();
  return Waker(&kVTable, wakers);
}

void StreamWakers::wake() noexcept {
  reader.wake();
  writer.wake();
}

// relaxed: made from an owner, which already keeps it alive.
void StreamWakers::retain() noexcept { owners_.fetch_add(1, std::memory_order_relaxed); }

void StreamWakers::release() noexcept {
  // acq_rel: every owner's last use happens before the destruction.
  if (owners_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
}

}  // namespace ferry::detail
