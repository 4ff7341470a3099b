// IoVectors: pieces of memory as readv, writev and sendmsg want them.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <sys/uio.h>

namespace ferry::detail {

/// The first pieces, up to `kMax`, and what they are together.
class IoVectors {
 public:
  static constexpr std::size_t kMax = 64;

  template <class Byte>
  explicit IoVectors(std::span<const std::span<Byte>> pieces) noexcept
      : count_(std::min(pieces.size(), kMax)) {
    for (std::size_t i = 0; i < count_; ++i) {
      vectors_[i].iov_base = const_cast<std::byte*>(pieces[i].data());
      vectors_[i].iov_len = pieces[i].size();
      size_bytes_ += pieces[i].size();
    }
  }

  iovec* data() noexcept { return vectors_.data(); }
  std::size_t count() const noexcept { return count_; }
  std::size_t size_bytes() const noexcept { return size_bytes_; }

 private:
  std::array<iovec, kMax> vectors_;
  std::size_t count_;
  std::size_t size_bytes_ = 0;
};

}  // namespace ferry::detail
