// CoOwner: one of those that own a channel.
#pragma once

#include <ferry/detail/allocate.hpp>

namespace ferry::detail {

/// Keeps a `Channel` in memory, and does nothing else to it.
template <class Channel>
class CoOwner {
 public:
  explicit CoOwner(Channel& channel) noexcept : channel_(&channel) { channel.add_owner(); }
  CoOwner(const CoOwner&) = delete;
  CoOwner& operator=(const CoOwner&) = delete;
  ~CoOwner() {
    if (channel_->drop_owner() == Channel::Leave::Free) destroy_and_free(channel_);
  }

  const Channel* get() const noexcept { return channel_; }

 private:
  Channel* channel_;
};

}  // namespace ferry::detail
