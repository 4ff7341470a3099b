#include "runtime/function_name.hpp"

#include <doctest/doctest.h>
#include <ferry/detail/wait_notes.hpp>
#include <ferry/sync.hpp>

using namespace ferry;
using detail::function_name;

TEST_SUITE("runtime.function_name") {
  TEST_CASE("a function is called by its qualified name alone") {
    CHECK(function_name("int main()") == "main");
    CHECK(function_name("main") == "main");
    CHECK(function_name("ferry::Task<std::pair<int, long>> app::read(Socket &, int)") == "app::read");
    CHECK(function_name("void app::Reader<int>::run(int) const [with T = int]") == "app::Reader<int>::run");
    CHECK(function_name("Task<> (anonymous namespace)::read(int) [T = int]") ==
          "(anonymous namespace)::read");
  }
  TEST_CASE("what g++ calls the functions that it makes of a coroutine is understood") {
    CHECK(function_name("void app::read(read<int>(int, int)::_ZN3app4readIiEE4TaskT_i.Frame*)") ==
          "app::read");
    CHECK(function_name("main()::<lambda(ferry::sync::Mutex<int>&)>") ==
          "main()::<lambda(ferry::sync::Mutex<int>&)>");
    CHECK(function_name(
              "void main()::<lambda(int)>::operator()(main()::<lambda(int)>::_ZZ4mainENKUl.Frame*)") ==
          "main()::<lambda(int)>::operator()");
  }
  TEST_CASE("closures keep the function that they are in") {
    CHECK(function_name("auto main()::(anonymous class)::operator()(int, int) const") ==
          "main()::(anonymous class)::operator()");
  }
  TEST_CASE("a type is called without the library's namespace") {
    CHECK(detail::type_name(detail::type_source<int>()) == "int");
    CHECK(detail::type_name(detail::type_source<sync::mpsc::Recv<sync::Notify>>()) ==
          "sync::mpsc::Recv<sync::Notify>");
  }
}
