// Rows: what compat/matrix/*.yaml says of the rows that no annotation speaks of.
#pragma once

#include <string>
#include <vector>

namespace ferry::matrix {

/// One row that is not a shim of its own.
struct Row {
  std::string id;                   ///< "TIME-08"
  std::vector<std::string> legacy;  ///< spellings of 0.2 that are the same in 1.x
  std::vector<std::string> modern;  ///< what they are in 1.x
  std::string differs;              ///< what is not the same all the same
  std::string added;                ///< what 1.x has and 0.2 had not
  std::string none;                 ///< why the row means nothing in C++
};

/// The rows of one file, which is named after its group: TIME.yaml has TIME-01 and on.
struct Group {
  std::string name;
  std::vector<std::string> ids;  ///< of all its rows, those with annotations included
  std::vector<Row> rows;
};

/// Every group of `folder`, sorted by name. What is wrong goes to `problems`, as FILE:LINE:COLUMN: text.
std::vector<Group> read_groups(const std::string& folder, std::vector<std::string>& problems);

}  // namespace ferry::matrix
