// filter: which jobs can have findings at all, for a fraction of what parsing costs.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "frontend/file_states.hpp"
#include "frontend/prefix.hpp"
#include "model/job.hpp"
#include "model/scope.hpp"

namespace ferry::rewriter {

/// What the preprocessor reads for one job.
struct Scan {
  std::vector<std::string> inputs;     ///< the files below the root, sorted
  std::vector<std::string> annotated;  ///< all files, wherever, whose text has an annotation's mark, sorted
  bool reaches_named = true;           ///< whether any of it is, or names, what is called old from outside
  bool is_complete = false;            ///< false: an error stopped the scan, so anything may be reached
  Inclusions inclusions;
  std::vector<FileStates::Number> lookups;  ///< all that was looked up on the disk, found or not
};

/// What is called old from outside of the headers that declare it.
struct NamedOutside {
  std::vector<std::string> headers;  ///< globs over the ends of paths: where it is declared
  std::vector<std::string> names;  ///< identifiers, as code would declare it once more without these headers
  bool is_anywhere = false;        ///< where it is declared is not known
  bool has_replacements = false;   ///< what the `deprecated` attribute names is wanted, too
};

/// Whether the text of a file, or a compiler's argument, has an annotation's mark.
bool has_mark(std::string_view text);

/// Whether the job can have findings: only a declaration that carries an annotation gives one, so a job whose
/// files have none is not worth parsing. In doubt it can.
bool may_have_findings(const Scan& scan);

/// Scans jobs, each file's text only once.
class Scanner {
 public:
  /// `states` must outlive the scanner.
  Scanner(Scope scope, FileStates& states, NamedOutside named = {});
  ~Scanner();

  /// Preprocesses the jobs with the numbers `which`, reading directives only; `result[i]` belongs to
  /// `which[i]`.
  std::vector<Scan> scan(const Jobs& jobs, const std::vector<std::size_t>& which, unsigned threads);
  /// The files that the inclusions of all scans so far are about.
  const std::vector<IncludedFile>& files() const;

 private:
  class Files;
  class InclusionRecorder;
  class ScanAction;
  Scope scope_;
  FileStates& states_;
  std::unique_ptr<Files> files_;
};

}  // namespace ferry::rewriter
