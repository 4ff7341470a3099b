#include "discover/shards.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include <llvm/ADT/StringExtras.h>
#include <llvm/ADT/StringRef.h>

#include "model/digest.hpp"
#include "model/packer.hpp"
#include "support/files.hpp"

namespace ferry::rewriter {
namespace {

constexpr std::string_view kMagic = "ferry shard 1\n";

}  // namespace

static void visit(auto& pass, Is<DiscoverOptions> auto& options) {
  auto& [working_directory, builds, root, paths, listed, place, since, excludes, flags, extra_args,
         analysis_args, verify_args] = options;
  pass(working_directory), pass(builds), pass(root), pass(paths), pass(listed), pass(place), pass(since);
  pass(excludes), pass(flags), pass(extra_args), pass(analysis_args), pass(verify_args);
}

static void visit(auto& pass, Is<ShardUnit> auto& unit) {
  auto& [job, is_scanned, is_candidate, annotated, analysis] = unit;
  pass(job), pass(is_scanned), pass(is_candidate), pass(annotated), pass(analysis);
}

static void visit(auto& pass, Is<SeenFile> auto& file) {
  auto& [path, digest] = file;
  pass(path), pass(digest);
}

static void visit(auto& pass, Is<ShardResult> auto& result) {
  auto& [program, number, count, root, discover, rules, jobs, units, files] = result;
  pass(program), pass(number), pass(count), pass(root), pass(discover), pass(rules), pass(jobs), pass(units);
  pass(files);
}

static std::string packed(const auto& record) {
  std::string bytes;
  llvm::raw_string_ostream out(bytes);
  Packer pass(out);
  pass(record);
  return bytes;
}

std::optional<Shard> parse_shard(std::string_view text, std::string& error) {
  Shard shard;
  const auto [number, count] = llvm::StringRef(text).split('/');
  if (number.getAsInteger(10, shard.number) || count.getAsInteger(10, shard.count) || shard.count == 0) {
    error = "'" + std::string(text) + "' is no shard; write for instance 2/5 for the second of five";
    return std::nullopt;
  }
  if (shard.number == 0 || shard.number > shard.count) {
    error = "there is no shard " + number.str() + " of " + count.str() + "; they are counted from 1";
    return std::nullopt;
  }
  return shard;
}

std::vector<std::size_t> part_of(const std::vector<std::size_t>& jobs, Shard shard) {
  std::vector<std::size_t> part;
  for (std::size_t i = shard.number - 1; i < jobs.size(); i += shard.count) part.push_back(jobs[i]);
  return part;
}

std::string pack(const ShardResult& result) { return std::string(kMagic) + packed(result); }

std::optional<ShardResult> unpack_shard(std::string_view bytes) {
  if (!bytes.starts_with(kMagic)) return std::nullopt;
  Unpacker pass(llvm::StringRef(bytes).drop_front(kMagic.size()));
  ShardResult result;
  pass(result);
  if (!pass.is_good() || result.number == 0 || result.number > result.count) return std::nullopt;
  return result;
}

std::string digest_of(const Discovery& discovery) {
  std::string text;
  const auto add = [&](std::string_view part) {
    text += std::to_string(part.size()) + ':' + std::string(part);
  };
  for (const Job& job : discovery.jobs) {
    add(job.file), add(job.directory), add(job.configuration);
    for (const std::string& argument : job.arguments) add(argument);
  }
  for (const std::size_t job : discovery.selected) add(std::to_string(job));
  for (const WantedHeader& header : discovery.headers) add(header.path);
  const Scope& scope = discovery.scope;
  add(scope.root);
  for (const auto* list : {&scope.paths, &scope.excludes, &scope.generated})
    for (const std::string& entry : *list) add(entry);
  if (scope.changed)
    for (const auto& [file, lines] : *scope.changed) {
      add(file);
      for (const auto& [first, last] : lines) add(std::to_string(first) + "-" + std::to_string(last));
    }
  return digest(text);
}

namespace {

std::string name_of(const ShardResult& result) {
  return "shard " + std::to_string(result.number) + " of " + std::to_string(result.count);
}

// Why two results are not of one run; empty when they are.
std::string mismatch(const ShardFile& first, const ShardFile& second) {
  const ShardResult& a = first.result;
  const ShardResult& b = second.result;
  const std::string other = first.name;
  if (a.program != b.program)
    return "written by another build of ferry than " + other + "; run all shards with one";
  if (a.count != b.count) return "this is " + name_of(b) + ", but " + other + " is " + name_of(a);
  if (a.number == b.number) return "this is " + name_of(b) + ", as " + other + " is; leave one of them out";
  if (a.root != b.root)
    return "its root is " + b.root + ", but that of " + other + " is " + a.root +
           "; run all shards where the tree has one path";
  if (packed(a.discover) != packed(b.discover) || a.rules != b.rules)
    return "run with other options than " + other + "; run all shards with the same";
  if (a.jobs != b.jobs)
    return "its compile commands or changed lines are not those of " + other +
           "; run all shards over one tree";
  return {};
}

bool fail(Problem& error, std::string file, std::string message) {
  error = {.file = std::move(file), .message = std::move(message)};
  return false;
}

bool go_together(const std::vector<ShardFile>& files, Problem& error) {
  for (std::size_t i = 0; i < files.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (std::string reason = mismatch(files[j], files[i]); !reason.empty())
        return fail(error, files[i].name, std::move(reason));
  std::set<unsigned> missing;
  for (unsigned number = 1; number <= files.front().result.count; ++number) missing.insert(number);
  for (const ShardFile& file : files) missing.erase(file.result.number);
  if (missing.empty()) return true;
  std::vector<std::string> names;
  for (const unsigned number : missing) {
    names.push_back(std::to_string(number));
    if (names.size() == 10 && missing.size() > 10) {
      names.push_back("...");
      break;
    }
  }
  return fail(error, "",
              (missing.size() == 1 ? "shard " : "shards ") + llvm::join(names, ", ") + " of " +
                  std::to_string(files.front().result.count) + (missing.size() == 1 ? " is" : " are") +
                  " missing; name all results");
}

}  // namespace

std::optional<ShardResult> join(std::vector<ShardFile> files, Problem& error) {
  if (files.empty() || !go_together(files, error)) return std::nullopt;
  std::map<std::string, std::pair<std::string, std::string>> seen;  // path -> digest, and whose
  std::map<std::size_t, ShardUnit> units;
  for (ShardFile& file : files) {
    for (SeenFile& input : file.result.files) {
      const auto [known, is_new] = seen.try_emplace(input.path, input.digest, file.name);
      if (!is_new && known->second.first != input.digest) {
        fail(error, input.path,
             "this file has changed between " + known->second.second + " and " + file.name +
                 "; run all shards over one tree");
        return std::nullopt;
      }
    }
    // Two shards may know of one job: whoever has analysed it says more.
    for (ShardUnit& unit : file.result.units) {
      const auto [known, is_new] = units.try_emplace(unit.job, unit);
      if (!is_new && unit.is_candidate) known->second = std::move(unit);
    }
  }
  ShardResult joined = std::move(files.front().result);
  joined.units.clear();
  for (auto& [job, unit] : units) joined.units.push_back(std::move(unit));
  joined.files.clear();
  for (auto& [path, digest] : seen) joined.files.push_back({.path = path, .digest = std::move(digest.first)});
  return joined;
}

bool is_same_tree(const ShardResult& joined, Problem& error) {
  for (const SeenFile& file : joined.files) {
    const auto text = read_bytes(file.path);
    if (!text || digest(*text) != file.digest)
      return fail(error, file.path,
                  "this is not what the shards have seen; merge in the tree that they ran over");
  }
  return true;
}

}  // namespace ferry::rewriter
