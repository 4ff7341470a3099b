#include "filter/cache.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <clang/Basic/Version.h>
#include <llvm/ADT/SmallString.h>
#include <llvm/Support/CachePruning.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/FileUtilities.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Path.h>

#include "model/digest.hpp"
#include "model/packed.hpp"
#include "model/packer.hpp"

namespace ferry::rewriter {

namespace fs = llvm::sys::fs;

namespace {

constexpr unsigned kFormat = 1;
constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 30;
// A file that was changed as recently as this when it was looked at may change again within one tick.
constexpr std::chrono::seconds kTick{2};

enum class Kind : unsigned char { Absent, Directory, File };

// One thing that a unit has looked up. The path goes without what it has in common with the one before.
struct Dependency {
  std::size_t shared = 0;
  std::string path;
  Kind kind = Kind::Absent;
  std::uint64_t size = 0;
  std::uint64_t modified = 0;  // 0: only the digest tells
  std::uint64_t inode = 0;
  std::string digest;
};

struct Entry {
  unsigned format = kFormat;
  std::string command;  // two commands may have one file name
  std::vector<Dependency> dependencies;
  std::vector<std::string> annotated;
  std::string analysis;  // packed
};

std::uint64_t ticks_of(llvm::sys::TimePoint<> time) {
  return static_cast<std::uint64_t>(time.time_since_epoch().count());
}

Dependency dependency_on(FileStates::Number number, FileStates& states) {
  Dependency result{.path = states.path(number)};
  const auto status = states.status(number);
  if (!status) return result;
  if (status->isDirectory()) {
    result.kind = Kind::Directory;
    return result;
  }
  result.kind = Kind::File;
  result.size = status->getSize();
  result.inode = status->getUniqueID().getFile();
  const auto modified = status->getLastModificationTime();
  if (std::chrono::system_clock::now() - modified > kTick) result.modified = ticks_of(modified);
  result.digest = states.digest(number);
  return result;
}

bool is_unchanged(const Dependency& dependency, llvm::StringRef path, FileStates& states) {
  const FileStates::Number number = states.find(path);
  const auto status = states.status(number);
  if (!status || dependency.kind == Kind::Absent) return !status && dependency.kind == Kind::Absent;
  if (status->isDirectory() || dependency.kind == Kind::Directory)
    return status->isDirectory() && dependency.kind == Kind::Directory;
  if (status->getSize() != dependency.size) return false;
  if (dependency.modified != 0 && ticks_of(status->getLastModificationTime()) == dependency.modified &&
      status->getUniqueID().getFile() == dependency.inode)
    return true;
  return !dependency.digest.empty() && states.digest(number) == dependency.digest;
}

void shorten(std::vector<Dependency>& dependencies) {
  std::ranges::sort(dependencies, {}, &Dependency::path);
  std::string before;
  for (Dependency& dependency : dependencies) {
    const std::string path = std::move(dependency.path);
    const auto end = std::ranges::mismatch(before, path);
    dependency.shared = static_cast<std::size_t>(end.in1 - before.begin());
    dependency.path = path.substr(dependency.shared);
    before = path;
  }
}

std::string command_of(const Job& job, const std::string& settings) {
  std::string text = settings + '\0' + job.file + '\0' + job.directory;
  for (const std::string& argument : job.arguments) text += '\0' + argument;
  return text;
}

}  // namespace

static void visit(auto& pass, Is<Dependency> auto& dependency) {
  pass(dependency.shared), pass(dependency.path), pass(dependency.kind);
  if (dependency.kind == Kind::File)
    pass(dependency.size), pass(dependency.modified), pass(dependency.inode), pass(dependency.digest);
}

static void visit(auto& pass, Is<Entry> auto& entry) {
  pass(entry.format);
  if (entry.format != kFormat) return;
  pass(entry.command), pass(entry.dependencies), pass(entry.annotated), pass(entry.analysis);
}

Cache::Cache(std::string directory, std::string settings, FileStates& states)
    : directory_(std::move(directory)), settings_(std::move(settings)), states_(states) {}

std::string Cache::file_of(const Job& job) const {
  llvm::SmallString<256> path(directory_);
  llvm::sys::path::append(path, "llvmcache-" + digest(command_of(job, settings_)));  // the name prune() knows
  return std::string(path);
}

std::optional<KnownUnit> Cache::find(const Job& job) const {
  const auto buffer =
      llvm::MemoryBuffer::getFile(file_of(job), /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer) return std::nullopt;
  Unpacker pass((*buffer)->getBuffer());
  Entry entry;
  pass(entry);
  if (!pass.is_good() || entry.format != kFormat || entry.command != command_of(job, settings_))
    return std::nullopt;
  llvm::SmallString<256> path;
  for (const Dependency& dependency : entry.dependencies) {
    if (dependency.shared > path.size()) return std::nullopt;
    path.resize(dependency.shared);
    path += dependency.path;
    if (!is_unchanged(dependency, path, states_)) return std::nullopt;
  }
  auto analysis = unpack(entry.analysis, {});
  if (!analysis) return std::nullopt;
  return KnownUnit{.annotated = std::move(entry.annotated), .analysis = *std::move(analysis)};
}

void Cache::store(const Job& job, const std::vector<FileStates::Number>& lookups,
                  const KnownUnit& unit) const {
  Entry entry{
      .command = command_of(job, settings_), .annotated = unit.annotated, .analysis = pack(unit.analysis)};
  for (const FileStates::Number number : lookups) {
    entry.dependencies.push_back(dependency_on(number, states_));
    const Dependency& last = entry.dependencies.back();
    if (last.kind == Kind::File && last.digest.empty()) return;  // it changed while it was looked at
  }
  shorten(entry.dependencies);
  if (fs::create_directories(directory_)) return;
  // Written beside and renamed: a reader sees all of it or the one before.
  llvm::consumeError(llvm::writeToOutput(file_of(job), [&](llvm::raw_ostream& out) {
    Packer pass(out);
    pass(entry);
    return llvm::Error::success();
  }));
}

void Cache::prune() const {
  llvm::CachePruningPolicy policy;
  policy.MaxSizeBytes = kMostBytes;
  policy.Expiration = std::chrono::hours(24 * 30);
  llvm::pruneCache(directory_, policy);
}

std::string program_digest() {
  const std::string program =
      fs::getMainExecutable(nullptr, reinterpret_cast<void*>(&program_digest));  // any address in it
  const auto buffer =
      llvm::MemoryBuffer::getFile(program, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  return (buffer ? digest(std::string_view((*buffer)->getBuffer())) : std::string()) +
         clang::getClangFullVersion();
}

std::string default_cache_directory() {
  llvm::SmallString<256> path;
  if (!llvm::sys::path::cache_directory(path)) return {};
  llvm::sys::path::append(path, "ferry");
  return std::string(path);
}

}  // namespace ferry::rewriter
