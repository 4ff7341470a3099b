#include <concepts>
#include <string>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/compat/byte_count.hpp>
#include <ferry/io.hpp>
#include <ferry/v0_2/io.hpp>

#include "compat/io/legacy_streams.hpp"
#include "support/spawn.hpp"

using namespace ferry;
namespace legacy = ferry::v0_2;
using io::SeekFrom;
using test::LegacySeeker;
using test::nobody;
using test::run;

namespace {

/// A seeker of 1.x whose seeks are pending once.
class SlowSeeker {
 public:
  io::Result<void> start_seek(SeekFrom position) {
    if (is_moving) return io::Error(EBUSY, boost::system::system_category());
    is_moving = true;
    wanted_ = position;
    return {};
  }
  Poll<io::Result<std::uint64_t>> poll_complete(Context& cx) {
    if (is_moving) {
      if (!std::exchange(is_due_, true)) {
        cx.waker().wake_by_ref();
        return pending;
      }
      is_due_ = is_moving = false;
      position_ = static_cast<std::uint64_t>(wanted_.offset());
    }
    return io::Result<std::uint64_t>(position_);
  }

  bool is_moving = false;

 private:
  SeekFrom wanted_ = SeekFrom::start(0);
  std::uint64_t position_ = 0;
  bool is_due_ = false;
};

using AsOld = compat::IntoByteCount<SlowSeeker&>;
using AsNew = compat::FromByteCount<LegacySeeker&>;
static_assert(legacy::io::AsyncSeek<LegacySeeker> && !io::AsyncSeek<LegacySeeker>);
static_assert(legacy::io::AsyncSeek<AsOld> && !io::AsyncSeek<AsOld>);
static_assert(io::AsyncSeek<AsNew> && !legacy::io::AsyncSeek<AsNew>);

}  // namespace

TEST_SUITE("compat.io.seek") {
  TEST_CASE("IOT-07: a seek of 0.2 may wait before it begins, and seek waits with it") {
    LegacySeeker seeker;
    auto seeking = test::spawn([&] { return legacy::io::seek(seeker, SeekFrom::start(5)); });
    REQUIRE(seeking.poll().is_pending());
    CHECK(seeker.starts == 0);
    REQUIRE(seeking.poll().is_pending());
    CHECK(seeker.starts == 1);
    CHECK((*seeking.poll()).value() == 5);
    seeker.error = io::ErrorKind::InvalidInput;
    CHECK(run([&] { return legacy::io::seek(seeker, SeekFrom::start(1)); }).error() ==
          io::ErrorKind::InvalidInput);
  }

  TEST_CASE("IOT-07: a seeker of 1.x for code of 0.2 is pending while an earlier seek is under way") {
    SlowSeeker modern;
    auto seeker = compat::into_byte_count(modern);
    REQUIRE((*seeker.start_seek(nobody(), SeekFrom::start(3))).has_value());
    // 1.x does not wait here: it says that it cannot.
    CHECK(modern.start_seek(SeekFrom::start(4)).error().value() == EBUSY);
    CHECK(seeker.start_seek(nobody(), SeekFrom::start(4)).is_pending());
    CHECK((*seeker.start_seek(nobody(), SeekFrom::start(4))).has_value());
    CHECK(seeker.poll_complete(nobody()).is_pending());
    CHECK((*seeker.poll_complete(nobody())).value() == 4);
  }

  TEST_CASE("IOT-07: a seeker of 0.2 for code of 1.x starts at once and waits in poll_complete") {
    LegacySeeker old;
    auto seeker = compat::from_byte_count(old);
    CHECK((*seeker.poll_complete(nobody())).value() == 0);  // nothing was begun, so 0.2 is not asked
    REQUIRE(seeker.start_seek(SeekFrom::start(7)).has_value());
    CHECK(old.starts == 0);
    CHECK(seeker.start_seek(SeekFrom::start(8)).error().value() == EBUSY);
    CHECK(seeker.poll_complete(nobody()).is_pending());
    CHECK(seeker.start_seek(SeekFrom::start(8)).error().value() == EBUSY);
    CHECK(seeker.poll_complete(nobody()).is_pending());
    CHECK((*seeker.poll_complete(nobody())).value() == 7);
    CHECK((*seeker.poll_complete(nobody())).value() == 7);
    CHECK(old.starts == 1);
    CHECK(run([&] { return io::seek(seeker, SeekFrom::current(2)); }).value() == 9);

    old.error = io::ErrorKind::InvalidInput;
    CHECK(run([&] { return io::seek(seeker, SeekFrom::start(1)); }).error() == io::ErrorKind::InvalidInput);
    old.error = {};
    CHECK(run([&] { return io::stream_position(seeker); }).value() == 9);
  }

  TEST_CASE("IOE-09: Seek has a name in 0.2, and can be moved after it has begun") {
    SlowSeeker modern;
    auto seeking = test::spawn([&] { return legacy::io::Seek<SlowSeeker>(modern, SeekFrom::start(6)); });
    REQUIRE(seeking.poll().is_pending());
    CHECK(modern.is_moving);
    auto moved = test::spawn([&] { return std::move(*seeking); });
    CHECK((*moved.poll()).value() == 6);
    static_assert(std::movable<legacy::io::Seek<SlowSeeker>>);
    static_assert(!std::move_constructible<io::Seek<SlowSeeker>>);
    static_assert(
        std::same_as<decltype(legacy::io::seek(modern, SeekFrom::start(0))), legacy::io::Seek<SlowSeeker>>);
  }

  TEST_CASE("IOT-07, IOT-08: a Cursor of 0.2 seeks in both ways, also beyond its end") {
    legacy::io::Cursor cursor(std::string("abc"));
    CHECK((*cursor.start_seek(nobody(), SeekFrom::end(2))).has_value());
    CHECK((*cursor.poll_complete(nobody())).value() == 5);
    CHECK(cursor.start_seek(SeekFrom::start(1)).has_value());
    CHECK(run([&] { return cursor.seek(SeekFrom::current(1)); }).value() == 2);
    static_assert(std::movable<decltype(cursor.seek(SeekFrom::start(0)))>);
  }
}
