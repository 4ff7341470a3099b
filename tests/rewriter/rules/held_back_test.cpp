// What changes together stays together where a part of it is left to a person.
#include <doctest/doctest.h>

#include "rewriter/support/fix.hpp"

using namespace ferry::rewriter;

namespace {

const test::WithLibrary kTimers(
    R"cpp(#pragma once
          namespace ferry {
          template <class T>
          struct Pin {
            T* operator->();
          };
          namespace time {
          struct Sleep {
            Sleep(const Sleep&) = delete;
          };
          Sleep sleep(int duration);
          }  // namespace time
          Pin<time::Sleep> pin(time::Sleep (*make)(int), int argument);
          namespace [[clang::annotate("ferry:moved:FEAT-15:safe:ferry")]] v0_2 {
          using ferry::Pin, ferry::pin;
          namespace time {
          using ferry::time::Sleep, ferry::time::sleep;
          struct [[clang::annotate("ferry:native:TIME-03:unsafe:ferry::time::Sleep")]] Delay {};
          [[clang::annotate("ferry:replace:TIME-01:unsafe:ferry::time::sleep($duration)")]] Delay delay_for(
              int duration);
          }  // namespace time
          }  // namespace v0_2
          }  // namespace ferry
          namespace rt = ferry::v0_2;
    )cpp");

const test::WithLibrary kReaders(R"cpp(#pragma once
                                       namespace std {
                                       using size_t = decltype(sizeof(0));
                                       enum class byte : unsigned char {};
                                       template <class T>
                                       struct span {};
                                       }  // namespace std
                                       namespace ferry {
                                       struct Context {};
                                       template <class T>
                                       struct Poll {
                                         bool is_ready() const;
                                       };
                                       namespace io {
                                       template <class T>
                                       struct Result {};
                                       struct ReadBuf {};
                                       template <class R>
                                       Poll<Result<std::size_t>> poll_read_bytes(R& reader, Context& cx,
                                                                                 std::span<std::byte> bytes);
                                       template <class F>
                                       Poll<Result<void>> read_with(ReadBuf& buf, F read);
                                       }  // namespace io
                                       namespace [[clang::annotate("ferry:moved:FEAT-15:safe:ferry")]] v0_2 {}
                                       }  // namespace ferry
                                       using namespace ferry;
)cpp");

}  // namespace

TEST_SUITE("rewriter.rules.held_back") {
  TEST_CASE("using-declarations of timers stay while a timer that they name does") {
    const std::string why = "right only together with TIME-03 in line 4";
    kTimers.stays(
        "using rt::time::Delay;\nusing rt::time::delay_for;\n"
        "#define TIMER(name) rt::time::Delay name = rt::time::delay_for(1)\n"
        "struct Held { Delay timer = delay_for(1); };\n"
        "void f() {\n  TIMER(here);\n  TIMER(there);\n  Held held{there};\n}\n",
        {{1, "TIME-03", why},
         {2, "TIME-01", why},
         {3, "TIME-03", "also expanded where this does not hold"},
         {3, "TIME-03", ""},
         {3, "TIME-03", ""},
         {3, "TIME-03", ""},
         {4, "TIME-03", why},
         {4, "TIME-03", why}});
  }

  TEST_CASE("a call by a base's name must not reach the function that overrides it") {
    kReaders.stays(
        "struct Base { virtual Poll<io::Result<std::size_t>> poll_read(Context&, std::span<std::byte>); };\n"
        "struct Derived : Base {\n"
        "  Poll<io::Result<std::size_t>> poll_read(Context& cx, std::span<std::byte> buf) override {\n"
        "    auto polled = this->Base::poll_read(cx, buf);\n"
        "    return polled.is_ready() ? polled : Base::poll_read(cx, buf);\n  }\n};\n",
        {{1, "IOT-01", ""},
         {3, "IOT-01", ""},
         {4, "IOT-01", "it is called by the name of its class"},
         {5, "IOT-01", "it is called by the name of its class"}});
  }
}
