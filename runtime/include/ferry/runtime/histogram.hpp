// HistogramConfiguration: into which buckets durations are sorted.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace ferry::runtime {

/// The buckets of a histogram of durations. The last one has no upper end.
///
/// Tokio: `runtime::HistogramConfiguration`.
class HistogramConfiguration {
 public:
  /// `num_buckets` buckets of the same width. Throws std::logic_error for a width or a number of 0. Tokio:
  /// `HistogramConfiguration::linear`.
  static HistogramConfiguration linear(std::chrono::nanoseconds resolution, std::size_t num_buckets);

  /// Buckets that become wider: each doubling from `min` to `max` is divided into 2^`precision` ones, so that
  /// a bucket is at most 1/2^`precision` as wide as what it holds is long. Shorter than `min` is the first
  /// bucket, longer than `max` the last. Both are rounded to powers of two nanoseconds, `min` down and `max`
  /// up. Throws std::logic_error unless 2^precision <= min < max, in nanoseconds. Tokio:
  /// `HistogramConfiguration::log`.
  static HistogramConfiguration log(std::chrono::nanoseconds min = std::chrono::nanoseconds(100),
                                    std::chrono::nanoseconds max = std::chrono::seconds(60),
                                    unsigned precision = 2);

  std::size_t num_buckets() const noexcept { return buckets_; }
  /// Which bucket, from 0, a duration belongs to; a negative one to the first.
  std::size_t bucket_of(std::chrono::nanoseconds duration) const noexcept;
  /// From where on, and up to where, exclusive, a bucket goes. Throws std::out_of_range.
  std::pair<std::chrono::nanoseconds, std::chrono::nanoseconds> bucket_range(std::size_t bucket) const;

 private:
  HistogramConfiguration(std::uint64_t width, unsigned first_power, unsigned precision, std::size_t buckets)
      : width_(width), first_power_(first_power), precision_(precision), buckets_(buckets) {}

  std::uint64_t begin_of(std::size_t bucket) const noexcept;

  std::uint64_t width_;   // in nanoseconds, of linear ones; 0: they double
  unsigned first_power_;  // of two nanoseconds, where the second bucket begins
  unsigned precision_;
  std::size_t buckets_;
};

}  // namespace ferry::runtime
