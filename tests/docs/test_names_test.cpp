// CTest runs each case by its name.
#include <regex>

#include <doctest/doctest.h>

#include "files.hpp"

namespace ferry::test {

TEST_SUITE("docs.test_names") {
  TEST_CASE("no case has a name that CMake would take for a list, which runs nothing") {
    static const std::regex name(R"re(TEST_CASE(?:_TEMPLATE)?\(\s*"([^"]*)")re");
    for (const std::string& path : files_below("tests", {".cpp", ".hpp"})) {
      const std::string text = read(path);
      for (std::sregex_iterator found(text.begin(), text.end(), name), end; found != end; ++found)
        CHECK_MESSAGE((*found)[1].str().find(';') == std::string::npos, path, ": ", (*found)[1].str());
    }
  }
}

}  // namespace ferry::test
