// Receivers that are handed to functions of streams which have other names now.
#include <doctest/doctest.h>

#include "rewriter/support/fix.hpp"

using namespace ferry::rewriter;

namespace {

const test::WithLibrary kLibrary(
    R"cpp(#pragma once
          namespace std {
          template <class T>
          T&& move(T& value);
          }
          namespace ferry::stream {
          template <class S>
          struct Throttle {};
          template <class S>
          Throttle<S> throttle(S stream, int duration);
          namespace wrappers {
          template <class R>
          struct ReceiverStream {
            explicit ReceiverStream(R&&);
          };
          }  // namespace wrappers
          }  // namespace ferry::stream
          namespace ferry {
          namespace [[clang::annotate("ferry:moved:FEAT-15:safe:ferry")]] v0_2 {}
          }  // namespace ferry
          namespace ferry::v0_2 {
          namespace stream {
          using ferry::stream::throttle;
          namespace wrappers {
          using ferry::stream::wrappers::ReceiverStream;
          }
          }  // namespace stream
          namespace time {
          template <class S>
          [[clang::annotate("ferry:replace:TIME-17:safe:ferry::stream::throttle($stream, $duration)")]]
          ferry::stream::Throttle<S> throttle(int duration, S stream);
          }
          struct Receiver {
            [[clang::annotate("ferry:native:MPSC-11:safe:recv")]] int next();
            int recv();
          };
          }  // namespace ferry::v0_2
          namespace rt = ferry::v0_2;
    )cpp");

}  // namespace

TEST_SUITE("rewriter.rules.streams") {
  TEST_CASE("a receiver is wrapped in the run that gives the function its new name") {
    kLibrary.becomes("auto slow(rt::Receiver r) { return rt::time::throttle(3, std::move(r)); }\n",
                     "auto slow(rt::Receiver r) { return ferry::stream::throttle("
                     "ferry::stream::wrappers::ReceiverStream(std::move(r)), 3); }\n");
  }
}
