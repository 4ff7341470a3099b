// mio::Ready: the masks of readiness that 0.2 used.
#pragma once

#include <ferry/annotate.hpp>
#include <ferry/io/ready.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2::mio {

/// A set of kinds of readiness, for what is waited for and for what has come. A hang-up is one kind,
/// whichever direction has ended, and does not make a descriptor readable or writable.
///
/// Tokio: what 0.2 took from `mio` 0.6: `Ready` and `unix::UnixReady`.
class FERRY_REPLACE("IOR-03", manual,
                    "ferry::io::Ready for what has come, ferry::io::Interest for what is waited for") Ready
    : public ferry::io::Ready {
  using Modern = ferry::io::Ready;

 public:
  constexpr Ready() noexcept = default;
  constexpr Ready(Modern ready) noexcept : Modern(ready) {
    if (ready.intersects(closed())) *this |= closed();
  }

  static constexpr Ready empty() noexcept { return {}; }
  static constexpr Ready readable() noexcept { return Modern::Readable; }
  static constexpr Ready writable() noexcept { return Modern::Writable; }
  static constexpr Ready error() noexcept { return Modern::Error; }
  static constexpr Ready hup() noexcept { return closed(); }
  static constexpr Ready all() noexcept { return readable() | writable() | error() | hup(); }

  constexpr bool is_none() const noexcept { return is_empty(); }
  constexpr bool is_readable() const noexcept { return contains(Modern::Readable); }
  constexpr bool is_writable() const noexcept { return contains(Modern::Writable); }
  constexpr bool is_hup() const noexcept { return contains(closed()); }

  constexpr void insert(Ready other) noexcept { *this |= other; }
  constexpr void remove(Ready other) noexcept { *this = *this - other; }

 private:
  static constexpr Modern closed() noexcept { return Modern::ReadClosed | Modern::WriteClosed; }
};

}  // namespace ferry::v0_2::mio
