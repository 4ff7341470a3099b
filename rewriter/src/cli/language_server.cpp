#include "cli/language_server.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <llvm/ADT/SmallString.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/raw_ostream.h>

#include "packs/load.hpp"
#include "resolve/accept.hpp"
#include "support/files.hpp"

namespace ferry::rewriter {
namespace {

constexpr const char* kPrinted = "printed";

std::string file_in(const std::string& directory, llvm::StringRef name) {
  llvm::SmallString<256> path(directory);
  llvm::sys::path::append(path, name);
  return std::string(path);
}

void write_all(int pipe, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(pipe, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

// The editor's input and output are not the worker's.
void leave_standard_streams(const std::string& directory) {
  const int nothing = ::open("/dev/null", O_RDONLY);
  const int printed = ::open(file_in(directory, kPrinted).c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  ::dup2(nothing, STDIN_FILENO);
  ::dup2(printed, STDOUT_FILENO);
  ::dup2(printed, STDERR_FILENO);
}

}  // namespace

Workers::~Workers() {
  for (const auto& [pipe, worker] : workers_) {
    ::close(pipe);
    end(worker);
  }
}

void Workers::start(lsp::Work work) {
  try {
    run(work);
  } catch (const std::system_error& error) {
    lsp::Report report;
    report.trouble = std::string(error.what()) + "; nothing can be looked at";
    report.is_setup = true;
    failed_.push_back({.id = work.id, .report = std::move(report), .printed = {}});
  }
}

std::vector<Workers::Result> Workers::failed() { return std::exchange(failed_, {}); }

void Workers::run(const lsp::Work& work) {
  llvm::SmallString<256> directory;
  int ends[2] = {-1, -1};
  if (const auto error = llvm::sys::fs::createUniqueDirectory("ferry-lsp", directory))
    throw std::system_error(error, "a temporary directory cannot be made");
  const auto fail = [&](const char* what) {
    const int error = errno;
    for (const int end : ends) ::close(end);
    llvm::sys::fs::remove_directories(directory);
    throw std::system_error(error, std::generic_category(), what);
  };
  if (::pipe2(ends, O_CLOEXEC) != 0) fail("there is no pipe for a process");
  const pid_t process = ::fork();
  if (process < 0) fail("there is no process");
  if (process == 0) {
    ::setpgid(0, 0);  // with the processes that it forks
    for (const int signal : {SIGPIPE, SIGTERM, SIGINT, SIGHUP}) ::signal(signal, SIG_DFL);
    ::setenv("TMPDIR", directory.c_str(), 1);
    leave_standard_streams(std::string(directory));
    const std::string bytes = pack(look_at_file(work, arguments_));
    llvm::errs().flush();
    write_all(ends[1], bytes);
    ::_exit(0);
  }
  ::setpgid(process, process);  // whoever comes first
  ::close(ends[1]);
  workers_[ends[0]] = {.id = work.id, .process = process, .directory = std::string(directory), .bytes = {}};
}

void Workers::end(const Worker& worker) {
  ::kill(-worker.process, SIGKILL);
  int status = 0;
  while (::waitpid(worker.process, &status, 0) < 0 && errno == EINTR) {
  }
  llvm::sys::fs::remove_directories(worker.directory);
}

void Workers::cancel(unsigned id) {
  const auto found = std::ranges::find_if(workers_, [&](const auto& known) { return known.second.id == id; });
  if (found == workers_.end()) return;
  ::close(found->first);
  end(found->second);
  workers_.erase(found);
}

std::vector<int> Workers::pipes() const {
  std::vector<int> pipes;
  for (const auto& [pipe, worker] : workers_) pipes.push_back(pipe);
  return pipes;
}

std::optional<Workers::Result> Workers::read(int pipe) {
  const auto found = workers_.find(pipe);
  if (found == workers_.end()) return std::nullopt;
  Worker& worker = found->second;
  char buffer[1 << 16];
  const ssize_t count = ::read(pipe, buffer, sizeof buffer);
  if (count > 0) worker.bytes.append(buffer, static_cast<std::size_t>(count));
  if (count > 0 || (count < 0 && errno == EINTR)) return std::nullopt;
  Result result{.id = worker.id, .report = lsp::unpack_report(worker.bytes)};
  result.printed = read_bytes(file_in(worker.directory, kPrinted)).value_or("");
  ::close(pipe);
  end(worker);
  workers_.erase(found);
  return result;
}

std::string Workers::explain(const std::string& rule) {
  static const Rules rules = load_built_in_packs().rules();
  const auto found = std::ranges::find(rules, rule, &Rule::id);
  return found == rules.end() ? "" : found->card;
}

std::string Workers::fault_of_reason(const std::string& reason) { return rewriter::fault_of_reason(reason); }

Edit Workers::suppress(const std::string& path, const std::string& text, std::size_t offset,
                       const std::set<std::string>& rules, const std::string& reason) {
  return suppression(path, text, offset, rules, reason);
}

}  // namespace ferry::rewriter
