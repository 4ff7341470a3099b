// language_server: the processes behind `ferry lsp`.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <sys/types.h>
#include <vector>

#include "lsp/report.hpp"
#include "lsp/server.hpp"

namespace ferry::rewriter {

/// Looks at one file as `ferry check ARGUMENTS... FILE` does, with unsaved texts in the place of files.
/// Prints, changes the working directory and may end the process: to be called in one of its own.
lsp::Report look_at_file(const lsp::Work& work, const std::vector<std::string>& arguments);

/// Looks at files in processes of their own, so that one that takes long can be given up and a crash costs
/// one file.
class Workers : public lsp::Engine {
 public:
  /// `arguments` are those of `ferry check` that hold for all files.
  explicit Workers(std::vector<std::string> arguments) : arguments_(std::move(arguments)) {}
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;
  ~Workers() override;

  void start(lsp::Work work) override;
  void cancel(unsigned id) override;
  std::string explain(const std::string& rule) override;
  std::string fault_of_reason(const std::string& reason) override;
  Edit suppress(const std::string& path, const std::string& text, std::size_t offset,
                const std::set<std::string>& rules, const std::string& reason) override;

  /// What came of a piece of work, and what its process has printed.
  struct Result {
    unsigned id = 0;
    std::optional<lsp::Report> report;  ///< nothing if the process crashed
    std::string printed;
  };

  /// What could not be started, each once.
  std::vector<Result> failed();
  /// Pipes to wait for.
  std::vector<int> pipes() const;
  /// Reads what there is to read from a pipe that is ready; gives the result when that was the last of it.
  std::optional<Result> read(int pipe);

 private:
  struct Worker {
    unsigned id = 0;
    pid_t process = 0;
    std::string directory;  // for temporary files
    std::string bytes;      // that have been read
  };

  void run(const lsp::Work& work);
  void end(const Worker& worker);

  std::vector<std::string> arguments_;
  std::map<int, Worker> workers_;  // by pipe
  std::vector<Result> failed_;
};

}  // namespace ferry::rewriter
