#include "cli/lines.hpp"

#include <algorithm>
#include <vector>

#include <llvm/Support/MemoryBuffer.h>

#include "cli/lint.hpp"
#include "model/scope.hpp"
#include "support/parallel.hpp"

namespace ferry::rewriter {

std::map<std::string, std::size_t> lines_of_files(const Project& project, unsigned threads) {
  const Scope& scope = project.discovery.scope;
  std::vector<std::string> files;
  for (std::size_t job = 0; job < project.inputs.size(); ++job) {
    const std::vector<std::string> system = system_directories(project.discovery.jobs[job]);
    for (const std::string& input : project.inputs[job])
      if (contains(scope, input) && std::ranges::none_of(system, [&](const std::string& directory) {
            return is_below(input, directory);
          }))
        files.push_back(input);
  }
  std::ranges::sort(files);
  files.erase(std::ranges::unique(files).begin(), files.end());
  std::vector<std::size_t> counts(files.size());
  parallel_for(files.size(), threads, [&](std::size_t i) {
    const auto buffer =
        llvm::MemoryBuffer::getFile(files[i], /*IsText=*/false, /*RequiresNullTerminator=*/false);
    if (buffer) counts[i] = (*buffer)->getBuffer().count('\n');
  });
  std::map<std::string, std::size_t> lines;
  for (std::size_t i = 0; i < files.size(); ++i) lines.emplace(files[i], counts[i]);
  return lines;
}

}  // namespace ferry::rewriter
