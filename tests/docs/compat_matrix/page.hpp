// The page: every row of the change inventory with its spellings, and the tests that pin it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "rows.hpp"
#include "shims.hpp"

namespace ferry::matrix {

/// The tests of each row: names of doctest cases.
using Pins = std::map<std::string, std::vector<std::string>>;

/// The cases in the sources below `folder` whose names begin with the ids of rows: "TIME-01, TIME-02: ...".
Pins read_pins(const std::string& folder);

/// The page's Markdown. Rows that nothing is known of, or that no test pins, go to `problems`.
std::string write_page(const std::vector<Group>& groups, const std::vector<Shim>& shims, const Pins& pins,
                       std::vector<std::string>& problems);

}  // namespace ferry::matrix
