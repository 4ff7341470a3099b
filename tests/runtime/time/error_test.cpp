#include <stdexcept>

#include <doctest/doctest.h>
#include <ferry/result.hpp>
#include <ferry/time.hpp>

using namespace ferry;
using time::error::Error;

TEST_SUITE("time.error") {
  TEST_CASE("an Error is of one kind, and its text says which") {
    CHECK(Error::shutdown().is_shutdown());
    CHECK_FALSE(Error::shutdown().is_at_capacity());
    CHECK(Error::at_capacity().is_at_capacity());
    CHECK_FALSE(Error::at_capacity().is_invalid());
    CHECK(Error::invalid().is_invalid());
    CHECK(Error::shutdown() == Error::shutdown());
    CHECK_FALSE(Error::shutdown() == Error::at_capacity());
    const Result<int, Error> failed = Error::at_capacity();
    CHECK_THROWS_WITH_AS(static_cast<void>(failed.value()), "timer is at capacity", std::runtime_error);
  }
}
