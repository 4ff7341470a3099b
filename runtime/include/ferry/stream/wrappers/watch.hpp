// WatchStream: copies of a watched value.
#pragma once

#include <optional>
#include <utility>

#include <ferry/detail/receiving.hpp>
#include <ferry/future.hpp>
#include <ferry/sync/watch.hpp>

namespace ferry::stream::wrappers {

/// Copies of a watched value: the present one at once, then one whenever it has changed. Changes between two
/// polls give one item, the latest. Ends when every sender is gone and the last value was seen.
///
/// Cost: one allocation.
/// Tokio: `tokio_stream::wrappers::WatchStream`.
template <class T>
class WatchStream {
 public:
  using Item = T;

  explicit WatchStream(sync::watch::Receiver<T> receiver) : receiving_(std::move(receiver)) {
    receiving_.receiver().mark_changed();
  }
  /// Leaves the present value out. Tokio: `WatchStream::from_changes`.
  static WatchStream from_changes(sync::watch::Receiver<T> receiver) {
    WatchStream stream(std::move(receiver));
    stream.receiving_.receiver().mark_unchanged();
    return stream;
  }

  Poll<std::optional<T>> poll_next(Context& cx) {
    const auto changed = receiving_.poll(cx, [](auto& receiver) { return receiver.changed(); });
    if (changed.is_pending()) return ferry::pending;
    if (changed->has_error()) return std::optional<T>();
    return std::optional<T>(*receiving_.receiver().borrow_and_update());
  }

 private:
  detail::Receiving<sync::watch::Receiver<T>, sync::watch::Changed<T>> receiving_;
};

}  // namespace ferry::stream::wrappers
