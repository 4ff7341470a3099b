// report: what an analysis says of one file, in the protocol's places.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lsp/text.hpp"
#include "model/plan.hpp"

namespace ferry::rewriter::lsp {

/// A range of a file that another text takes the place of.
struct TextChange {
  std::string file;  ///< absolute
  Range range;
  std::string text;
};

/// Where to look as well.
struct Pointer {
  std::string file;  ///< absolute
  Range range;
  std::string message;
};

/// A finding.
struct Mark {
  std::string rule;
  Applicability applicability = Applicability::Manual;
  Range range;
  std::string message;
  std::string reason;               ///< why it has no changes; empty if it has
  bool is_remark = false;           ///< nothing is old there
  std::vector<TextChange> changes;  ///< all that is right only together; empty: nothing can be changed
  std::vector<Pointer> pointers;
  std::size_t offset = 0;  ///< of the finding
  unsigned line = 0;       ///< 1-based
};

/// What is known of a file.
struct Report {
  std::vector<Mark> marks;
  std::vector<TextChange> all_safe;  ///< what makes all safe changes
  unsigned safe = 0;                 ///< how many marks those are of
  std::vector<std::string> inputs;   ///< the files whose change may change the report
  std::vector<Pointer> problems;     ///< why changes are missing: errors of the compiler in the file
  std::string trouble;               ///< why there is no report; empty when there is one
  bool is_setup = false;             ///< the trouble is with the project, not with this file alone
};

/// The report as bytes.
std::string pack(const Report& report);
/// What pack() gave; empty when `bytes` are anything else.
std::optional<Report> unpack_report(std::string_view bytes);

/// What plans say of a file.
struct Planned {
  const Plan& safe;     ///< what `ferry fix` would do
  const Plan& all;      ///< what `ferry fix --unsafe` would do
  const Texts& before;  ///< unsaved texts
};

Report report_on(const std::string& file, const Planned& planned, Encoding encoding);

}  // namespace ferry::rewriter::lsp
