#include <algorithm>
#include <bit>
#include <limits>
#include <stdexcept>

#include <ferry/runtime/histogram.hpp>

namespace ferry::runtime {
namespace {

unsigned floor_of_log2(std::uint64_t value) noexcept {
  return static_cast<unsigned>(std::bit_width(value)) - 1;
}

}  // namespace

HistogramConfiguration HistogramConfiguration::linear(std::chrono::nanoseconds resolution,
                                                      std::size_t num_buckets) {
  if (resolution.count() <= 0 || num_buckets == 0)
    throw std::logic_error(
        "runtime::HistogramConfiguration::linear: the resolution and the number of buckets must be greater "
        "than "
        "zero");
  return {static_cast<std::uint64_t>(resolution.count()), 0, 0, num_buckets};
}

HistogramConfiguration HistogramConfiguration::log(std::chrono::nanoseconds min, std::chrono::nanoseconds max,
                                                   unsigned precision) {
  if (min >= max || precision >= 32 || min.count() < std::int64_t{1} << precision)
    throw std::logic_error(
        "runtime::HistogramConfiguration::log: 2^precision <= min < max must hold, in nanoseconds");
  const unsigned first = floor_of_log2(static_cast<std::uint64_t>(min.count()));
  const unsigned last = floor_of_log2(static_cast<std::uint64_t>(max.count()) - 1) + 1;
  return {0, first, precision, 2 + (std::size_t{last - first} << precision)};
}

std::size_t HistogramConfiguration::bucket_of(std::chrono::nanoseconds duration) const noexcept {
  if (duration.count() <= 0) return 0;
  const auto value = static_cast<std::uint64_t>(duration.count());
  if (width_ != 0) return std::min<std::uint64_t>(value / width_, buckets_ - 1);
  const unsigned power = floor_of_log2(value);
  if (power < first_power_) return 0;
  const std::uint64_t part = (value >> (power - precision_)) & ((std::uint64_t{1} << precision_) - 1);
  return std::min<std::uint64_t>(1 + (std::uint64_t{power - first_power_} << precision_) + part,
                                 buckets_ - 1);
}

std::uint64_t HistogramConfiguration::begin_of(std::size_t bucket) const noexcept {
  if (width_ != 0) return bucket * width_;
  if (bucket == 0) return 0;
  const std::uint64_t part = (bucket - 1) & ((std::size_t{1} << precision_) - 1);
  const unsigned power = first_power_ + static_cast<unsigned>((bucket - 1) >> precision_);
  return (std::uint64_t{1} << power) + (part << (power - precision_));
}

std::pair<std::chrono::nanoseconds, std::chrono::nanoseconds> HistogramConfiguration::bucket_range(
    std::size_t bucket) const {
  if (bucket >= buckets_) throw std::out_of_range("runtime::HistogramConfiguration: there is no such bucket");
  const std::uint64_t end =
      bucket + 1 == buckets_ ? std::numeric_limits<std::int64_t>::max() : begin_of(bucket + 1);
  return {std::chrono::nanoseconds(begin_of(bucket)), std::chrono::nanoseconds(end)};
}

}  // namespace ferry::runtime
