#include "filter/cache.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <map>
#include <utility>

#include <clang/Basic/Version.h>
#include <llvm/ADT/SmallString.h>
#include <llvm/Support/CachePruning.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/FileUtilities.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Support/xxhash.h>

#include "model/digest.hpp"
#include "model/packed.hpp"
#include "model/packer.hpp"

namespace ferry::rewriter {

namespace fs = llvm::sys::fs;

namespace {

constexpr unsigned kFormat = 5;
constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 30;
// A file that was changed as recently as this when it was looked at may change again within one tick.
constexpr std::chrono::seconds kTick{2};
// A chunk of dependencies ends behind one path in so many.
constexpr std::uint64_t kChunk = 16;

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
  bool is_text = false;    // of the project, where nothing was found
  std::string directives;  // of such a text, their digest; empty: a change may mean anything
};

}  // namespace

struct CacheEntry {
  unsigned format = kFormat;
  std::string command;  // two commands may have one file name
  // Sorted by path, and in chunks, each packed. Where one ends is said by its last path alone, so units that
  // read the same headers have most chunks in common.
  std::vector<std::string> chunks;
  std::vector<std::string> annotated;
  std::string analysis;    // packed, without the vocabulary
  std::string vocabulary;  // packed, or empty: seldom asked for, and long
};

namespace {

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

bool is_unchanged(const Dependency& dependency, FileStates::Number number, FileStates& states) {
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

std::string command_of(const Job& job, const std::string& settings) {
  std::string text = settings + '\0' + job.file + '\0' + job.directory;
  for (const std::string& argument : job.arguments) text += '\0' + argument;
  return text;
}

}  // namespace

static void visit(auto& pass, Is<Dependency> auto& dependency) {
  pass(dependency.shared), pass(dependency.path), pass(dependency.kind);
  if (dependency.kind == Kind::File)
    pass(dependency.size), pass(dependency.modified), pass(dependency.inode), pass(dependency.digest),
        pass(dependency.is_text), pass(dependency.directives);
}

using Chunk = std::vector<Dependency>;

// The paths go without what they have in common with the one before.
static std::string pack_chunk(Chunk chunk) {
  std::string before;
  for (Dependency& dependency : chunk) {
    const std::string path = std::move(dependency.path);
    const auto end = std::ranges::mismatch(before, path);
    dependency.shared = static_cast<std::size_t>(end.in1 - before.begin());
    dependency.path = path.substr(dependency.shared);
    before = path;
  }
  std::string bytes;
  llvm::raw_string_ostream out(bytes);
  Packer pass(out);
  pass(chunk);
  return bytes;
}

static std::optional<Chunk> unpack_chunk(llvm::StringRef bytes) {
  Chunk chunk;
  Unpacker pass(bytes);
  pass(chunk);
  if (!pass.is_good()) return std::nullopt;
  std::string before;
  for (Dependency& dependency : chunk) {
    if (dependency.shared > before.size()) return std::nullopt;
    dependency.path.insert(0, before, 0, dependency.shared);
    before = dependency.path;
  }
  return chunk;
}

static std::vector<std::string> chunks_of(std::vector<Dependency> dependencies) {
  std::ranges::sort(dependencies, {}, &Dependency::path);
  std::vector<std::string> result;
  Chunk chunk;
  for (Dependency& dependency : dependencies) {
    const bool is_last =
        llvm::xxh3_64bits(dependency.path) % kChunk == 0 || &dependency == &dependencies.back();
    chunk.push_back(std::move(dependency));
    if (is_last) result.push_back(pack_chunk(std::exchange(chunk, {})));
  }
  return result;
}

static void visit(auto& pass, Is<CacheEntry> auto& entry) {
  pass(entry.format);
  if (entry.format != kFormat) return;
  pass(entry.command), pass(entry.chunks), pass(entry.annotated), pass(entry.analysis);
  pass(entry.vocabulary);
}

Cache::Cache(std::string directory, std::string settings, FileStates& states)
    : directory_(std::move(directory)), settings_(std::move(settings)), states_(states), texts_(states) {}

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
  CacheEntry entry;
  pass(entry);
  if (!pass.is_good() || entry.format != kFormat || entry.command != command_of(job, settings_))
    return std::nullopt;
  auto analysis = unpack(entry.analysis, {});
  if (!analysis) return std::nullopt;
  KnownUnit unit{.annotated = entry.annotated, .analysis = *std::move(analysis)};
  if (std::ranges::all_of(entry.chunks, [&](const std::string& chunk) { return is_unchanged(chunk); }))
    return unit;
  std::vector<Number> lookups;
  std::set<Number> texts;
  std::set<Number> changed;
  for (const std::string& bytes : entry.chunks) {
    const auto chunk = unpack_chunk(bytes);
    if (!chunk) return std::nullopt;
    for (const Dependency& dependency : *chunk) {
      const Number number = states_.find(dependency.path);
      lookups.push_back(number);
      if (dependency.is_text) texts.insert(number);
      if (rewriter::is_unchanged(dependency, number, states_)) continue;
      if (dependency.directives.empty() || texts_.directives(number) != dependency.directives)
        return std::nullopt;
      changed.insert(number);
    }
  }
  const auto vocabulary = unpack_vocabulary(entry.vocabulary);
  if (!vocabulary || may_say_old(*vocabulary, texts, changed)) return std::nullopt;
  write(job, lookups, texts, std::move(entry));
  return unit;
}

bool Cache::is_unchanged(const std::string& bytes) const {
  {
    const std::lock_guard lock(mutex_);
    if (const auto known = chunks_.find(bytes); known != chunks_.end()) return known->second;
  }
  const auto chunk = unpack_chunk(bytes);
  const bool result = chunk && std::ranges::all_of(*chunk, [&](const Dependency& dependency) {
                        return rewriter::is_unchanged(dependency, states_.find(dependency.path), states_);
                      });
  const std::lock_guard lock(mutex_);
  return chunks_.try_emplace(bytes, result).first->second;
}

bool Cache::may_say_old(const Vocabulary& vocabulary, const std::set<Number>& texts,
                        const std::set<Number>& changed) const {
  std::map<llvm::sys::fs::UniqueID, const Vocabulary::Text*> known;
  for (const Vocabulary::Text& text : vocabulary.texts)
    if (const auto status = states_.status(states_.find(text.file))) known[status->getUniqueID()] = &text;
  return std::ranges::any_of(texts, [&](Number number) {
    const auto status = states_.status(number);
    const auto text = status ? known.find(status->getUniqueID()) : known.end();
    return text == known.end() || text->second->says_old ||
           (changed.contains(number) && texts_.may_say(vocabulary, *text->second, number));
  });
}

void Cache::store(const Job& job, const Scan& scan, const Analysis& analysis,
                  const std::optional<Vocabulary>& vocabulary) const {
  std::set<Number> texts;
  if (vocabulary) {
    std::set<llvm::sys::fs::UniqueID> ids;
    for (const std::string& input : scan.inputs)
      if (const auto status = states_.status(states_.find(input))) ids.insert(status->getUniqueID());
    std::ranges::copy_if(scan.lookups, std::inserter(texts, texts.end()), [&](Number lookup) {
      const auto status = states_.status(lookup);
      return status && ids.contains(status->getUniqueID());
    });
  }
  // Rules may have read more than the preprocessor.
  std::vector<Number> lookups = scan.lookups;
  std::set<std::string> others(analysis.inputs.begin(), analysis.inputs.end());
  for (const auto& [file, text] : analysis.texts) others.insert(file);
  for (const std::string& file : others)
    if (!std::ranges::binary_search(scan.inputs, file)) lookups.push_back(states_.find(file));
  write(job, lookups, texts,
        {.command = command_of(job, settings_),
         .chunks = {},
         .annotated = scan.annotated,
         .analysis = pack(analysis),
         .vocabulary = vocabulary ? pack(*vocabulary) : ""});
}

void Cache::write(const Job& job, const std::vector<Number>& lookups, const std::set<Number>& texts,
                  CacheEntry entry) const {
  std::vector<Dependency> dependencies;
  for (const Number number : lookups) {
    Dependency& dependency = dependencies.emplace_back(dependency_on(number, states_));
    if (dependency.kind == Kind::File && dependency.digest.empty())
      return;  // it changed while it was looked at
    dependency.is_text = texts.contains(number);
    if (dependency.is_text) dependency.directives = texts_.directives(number);
  }
  entry.chunks = chunks_of(std::move(dependencies));
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
