#include "packs/designation.hpp"

#include <doctest/doctest.h>

using namespace ferry::rewriter;

namespace {

std::string fault_of(const char* text) {
  std::string error;
  CHECK_FALSE(parse_designation(text, error));
  return error;
}

}  // namespace

TEST_SUITE("rewriter.packs.designation") {
  TEST_CASE("a designation is a path, and for overloads the parameters") {
    std::string error;
    auto read = parse_designation("lib::Timer::cancel", error);
    REQUIRE(read);
    CHECK(read->path == std::vector<std::string>{"lib", "Timer", "cancel"});
    CHECK_FALSE(read->has_parameters);

    read = parse_designation("lib::f()", error);
    REQUIRE(read);
    CHECK(read->has_parameters);
    CHECK(read->parameters.empty());
    CHECK_FALSE(read->is_open);

    read = parse_designation("::lib::f(std::map<int, long>& $all, _ $rest..., ...)", error);
    REQUIRE_MESSAGE(read, error);
    REQUIRE(read->parameters.size() == 2);
    CHECK(read->parameters[0].type == "std::map<int, long>&");
    CHECK(read->parameters[0].name == "all");
    CHECK(read->parameters[1].type == "_");
    CHECK(read->parameters[1].name == "rest");
    CHECK(read->is_open);
  }

  TEST_CASE("operators and conversions are named by what stands behind `operator`") {
    std::string error;
    auto read = parse_designation("lib::X::operator==(_)", error);
    REQUIRE_MESSAGE(read, error);
    CHECK(read->path.back() == "operator==");
    CHECK(read->parameters.size() == 1);
    read = parse_designation("lib::X::operator()(int)", error);
    REQUIRE_MESSAGE(read, error);
    CHECK(read->path.back() == "operator()");
    CHECK(read->parameters.size() == 1);
    read = parse_designation("lib::X::operator bool", error);
    REQUIRE_MESSAGE(read, error);
    CHECK(read->path.back() == "operator bool");
  }

  TEST_CASE("what is no designation is said") {
    CHECK(fault_of("").find("is no name") != std::string::npos);
    CHECK(fault_of("lib::").find("is no name") != std::string::npos);
    CHECK(fault_of("1f").find("is no name") != std::string::npos);
    CHECK(fault_of("f g").find("parameters are expected") != std::string::npos);
    CHECK(fault_of("f(int").find("parameters are expected") != std::string::npos);
    CHECK(fault_of("f(int,)").find("a parameter is empty") != std::string::npos);
    CHECK(fault_of("f(..., int)").find("comes last") != std::string::npos);
    CHECK(fault_of("f(int $)").find("a name is expected") != std::string::npos);
  }

  TEST_CASE("types are the same whatever qualifiers and spaces are left out") {
    CHECK(is_same_type_text("boost::system::error_code &", "error_code&"));
    CHECK(is_same_type_text("const std::string &", "const std::string&"));
    CHECK(is_same_type_text("struct lib::X *", "X*"));
    CHECK_FALSE(is_same_type_text("my_error_code &", "error_code&"));
    CHECK_FALSE(is_same_type_text("const int &", "int&"));
    CHECK_FALSE(is_same_type_text("unsigned int", "int"));
  }
}
