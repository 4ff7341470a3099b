// ferry-compat-matrix: writes docs/compat-matrix.md, or says how it differs from what it should be.
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "page.hpp"
#include "rows.hpp"
#include "shims.hpp"

namespace ferry::matrix {
namespace {

void check_names(const Headers& headers, const std::vector<Group>& groups,
                 std::vector<std::string>& problems) {
  for (const Group& group : groups) {
    for (const Row& row : group.rows) {
      for (const auto* names : {&row.legacy, &row.modern})
        for (const std::string& name : *names)
          if (!headers.has(name)) problems.push_back(row.id + ": there is no " + name);
    }
  }
}

int run(const std::string& root, bool writes) {
  std::vector<std::string> problems;
  const std::vector<Group> groups = read_groups(root + "/compat/matrix", problems);
  const Headers headers(root, problems);
  check_names(headers, groups, problems);
  const std::string page =
      write_page(groups, headers.shims(problems), read_pins(root + "/tests/compat"), problems);
  for (const std::string& problem : problems) std::cerr << problem << "\n";

  const std::string path = root + "/docs/compat-matrix.md";
  if (writes) {
    std::ofstream(path, std::ios::binary) << page;
  } else {
    std::ifstream in(path, std::ios::binary);
    if (std::string(std::istreambuf_iterator<char>(in), {}) != page) {
      std::cerr << path
                << ": is not what the annotations say; `ferry-compat-matrix --write` writes it anew\n";
      return EXIT_FAILURE;
    }
  }
  return problems.empty() ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace
}  // namespace ferry::matrix

int main(int argc, char** argv) {
  const bool writes = argc == 2 && std::string_view(argv[1]) == "--write";
  if (argc > 1 && !writes) {
    std::cerr << "usage: ferry-compat-matrix [--write]\n";
    return 2;
  }
  return ferry::matrix::run(FERRY_SOURCE_DIR, writes);
}
