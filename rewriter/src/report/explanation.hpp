// explanation: what is known of one place, for a person.
#pragma once

#include <string>
#include <vector>

#include <llvm/Support/raw_ostream.h>

#include "model/finding.hpp"
#include "model/place.hpp"
#include "model/texts.hpp"
#include "report/report.hpp"

namespace ferry::rewriter {

/// A finding, and what becomes of it.
struct ExplainedFinding {
  Finding finding;
  bool has_preview = false;           ///< its fix is worth a look
  std::vector<std::string> verdicts;  ///< sentences without a full stop
};

struct Explanation {
  Place place;  ///< of a file by its absolute path
  std::vector<ExplainedFinding> findings;
  std::vector<std::string> facts;  ///< what kind of place it is, and who has looked at it
  Texts texts;                     ///< the files of the findings, and that of the place
};

/// The findings as print_text() shows them, each with its verdicts; then the place with the facts.
void print_explanation(llvm::raw_ostream& out, const Explanation& explanation, const ReportOptions& options);

}  // namespace ferry::rewriter
