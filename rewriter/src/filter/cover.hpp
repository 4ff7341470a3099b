// cover: a few jobs that see all there is to see of headers that many jobs read.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "model/job.hpp"

namespace ferry::rewriter {

/// What is to be seen of headers, and by whom.
struct CoverRequest {
  std::vector<std::string> headers;                 ///< the headers, or directories of headers
  std::vector<std::size_t> readers;                 ///< the jobs that read any of them, sorted
  std::vector<std::size_t> chosen;                  ///< those of them that are analysed anyway, sorted
  std::vector<std::vector<std::string>> annotated;  ///< by job: the files with annotations that it reads
};

/// Which of the readers have to be analysed to find in the headers what all of them would find, sorted.
///
/// Two jobs see the same in a header if their commands agree in what is not a path, a macro or an output, and
/// the preprocessor makes the same tokens of the header and of all files with annotations: the rule of one
/// definition does the rest. A header with templates is seen by all its readers: which instances there are
/// depends on them. So does a job that cannot be preprocessed, in all it reads.
std::vector<std::size_t> cover(const Jobs& jobs, const CoverRequest& request, unsigned threads);

}  // namespace ferry::rewriter
