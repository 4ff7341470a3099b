#include "cli/history.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include <llvm/ADT/StringExtras.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/JSON.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/raw_ostream.h>

#include "apply/tree.hpp"
#include "support/files.hpp"
#include "support/git.hpp"
#include "support/mentions.hpp"

namespace ferry::rewriter {
namespace {

namespace json = llvm::json;

constexpr std::array<llvm::StringLiteral, 16> kEndings = {".c",   ".cc",  ".cpp", ".cxx", ".c++", ".cppm",
                                                          ".ixx", ".h",   ".hh",  ".hpp", ".hxx", ".h++",
                                                          ".ipp", ".inl", ".inc", ".tpp"};
// So much is asked of git at a time.
constexpr std::size_t kMostBlobs = 1000;

struct Commit {
  std::string name;
  std::int64_t time = 0;
};

// The first parents of HEAD, the oldest first.
std::vector<Commit> commits_of(const std::string& top) {
  std::vector<Commit> commits;
  llvm::StringRef rest;
  const GitRan ran = run_git(top, {"log", "--first-parent", "--format=%H %ct", "HEAD"});
  if (!ran.ok()) return commits;
  rest = ran.out;
  while (!rest.empty()) {
    const auto [line, more] = rest.split('\n');
    rest = more;
    const auto [name, time] = line.split(' ');
    Commit commit{.name = name.str()};
    if (!time.getAsInteger(10, commit.time)) commits.push_back(std::move(commit));
  }
  std::ranges::reverse(commits);
  // Clocks differ: the order is that of the history.
  for (std::size_t i = 1; i < commits.size(); ++i)
    commits[i].time = std::max(commits[i].time, commits[i - 1].time);
  return commits;
}

// Of each span of time the last commit.
std::vector<Commit> spread(std::vector<Commit> commits, std::size_t most) {
  if (commits.size() <= most) return commits;
  const std::int64_t begin = commits.front().time;
  const auto span = static_cast<double>(commits.back().time - begin + 1) / static_cast<double>(most);
  std::vector<Commit> chosen;
  for (std::size_t i = 0; i < commits.size(); ++i) {
    const auto slot = [&](std::size_t index) {
      return static_cast<std::size_t>(static_cast<double>(commits[index].time - begin) / span);
    };
    if (i + 1 == commits.size() || slot(i) != slot(i + 1)) chosen.push_back(std::move(commits[i]));
  }
  return chosen;
}

struct File {
  std::string blob;
  std::string path;  // from the top
};

std::vector<File> files_of(const std::string& top, const Commit& commit) {
  std::vector<File> files;
  const GitRan ran = run_git(top, {"ls-tree", "-r", "-z", "--full-tree", commit.name});
  llvm::StringRef rest = ran.out;
  while (!rest.empty()) {
    const auto [entry, more] = rest.split('\0');
    rest = more;
    // "100644 blob NAME\tPATH"
    const auto [what, path] = entry.split('\t');
    if (!what.starts_with("100")) continue;
    if (std::ranges::any_of(kEndings, [&](llvm::StringRef ending) { return path.ends_with(ending); }))
      files.push_back({.blob = what.rsplit(' ').second.str(), .path = path.str()});
  }
  return files;
}

class Blobs {
 public:
  Blobs(std::string top, const std::set<std::string, std::less<>>& names,
        const std::function<bool(std::string_view)>& is_annotated)
      : top_(std::move(top)), names_(names), is_annotated_(is_annotated) {}

  void want(const std::string& blob) {
    if (known_.try_emplace(blob).second) wanted_.push_back(blob);
  }

  void read() {
    for (std::size_t begin = 0; begin < wanted_.size(); begin += kMostBlobs) {
      const auto end =
          wanted_.begin() + static_cast<std::ptrdiff_t>(std::min(begin + kMostBlobs, wanted_.size()));
      read(llvm::join(wanted_.begin() + static_cast<std::ptrdiff_t>(begin), end, "\n") + "\n");
    }
    wanted_.clear();
  }

  const NameCounts& operator[](const std::string& blob) const { return known_.at(blob); }

 private:
  void read(const std::string& list) {
    const GitRan ran = run_git(top_, {"cat-file", "--batch"}, list);
    llvm::StringRef rest = ran.out;
    while (!rest.empty()) {
      // "NAME blob SIZE\n", the content, "\n"
      const auto [heading, more] = rest.split('\n');
      std::size_t size = 0;
      if (heading.rsplit(' ').second.getAsInteger(10, size) || size >= more.size()) return;
      count(heading.split(' ').first.str(), more.take_front(size));
      rest = more.drop_front(size + 1);
    }
  }

  void count(const std::string& blob, std::string_view text) {
    if (is_annotated_(text)) return;
    NameCounts& counts = known_[blob];
    for_each_name(text, [&](std::string_view name, std::size_t) {
      if (const auto known = names_.find(name); known != names_.end()) ++counts[*known];
    });
  }

  std::string top_;
  const std::set<std::string, std::less<>>& names_;
  const std::function<bool(std::string_view)>& is_annotated_;
  std::map<std::string, NameCounts> known_;
  std::vector<std::string> wanted_;
};

std::size_t number(const json::Object& object, llvm::StringRef key) {
  return static_cast<std::size_t>(std::max<std::int64_t>(0, object.getInteger(key).value_or(0)));
}

}  // namespace

std::vector<CountedRevision> count_revisions(const Scope& scope,
                                             const std::set<std::string, std::less<>>& names,
                                             std::size_t most,
                                             const std::function<bool(std::string_view)>& is_annotated) {
  const std::string top = work_tree_of(scope.root);
  if (top.empty() || names.empty() || most == 0) return {};
  Scope everything = scope;
  everything.root = real_path(scope.root);
  everything.paths.clear();

  const std::vector<Commit> commits = spread(commits_of(top), most);
  Blobs blobs(top, names, is_annotated);
  std::vector<std::vector<std::string>> of_commit;
  for (const Commit& commit : commits) {
    std::vector<std::string>& wanted = of_commit.emplace_back();
    for (File& file : files_of(top, commit)) {
      if (!contains(everything, top + "/" + file.path)) continue;
      blobs.want(file.blob);
      wanted.push_back(std::move(file.blob));
    }
  }
  blobs.read();

  std::vector<CountedRevision> counted;
  for (std::size_t i = 0; i < commits.size(); ++i) {
    CountedRevision& revision = counted.emplace_back();
    revision.commit = commits[i].name;
    revision.time = commits[i].time;
    for (const std::string& blob : of_commit[i])
      for (const auto& [name, count] : blobs[blob]) revision.mentions[name] += count;
  }
  return counted;
}

std::optional<std::vector<Measure>> read_records(const std::string& file, Problem& error) {
  std::vector<Measure> records;
  const auto text = read_bytes(file);
  if (!text) {
    if (!llvm::sys::fs::exists(file)) return records;
    error = {.file = file, .message = "cannot be read; name another file with --history"};
    return std::nullopt;
  }
  unsigned number_of_line = 0;
  for (llvm::StringRef rest = *text; !rest.empty();) {
    const auto [line, more] = rest.split('\n');
    rest = more;
    ++number_of_line;
    if (line.trim().empty()) continue;
    llvm::Expected<json::Value> value = json::parse(line);
    if (!value) llvm::consumeError(value.takeError());
    const json::Object* object = value ? value->getAsObject() : nullptr;
    const auto commit = object == nullptr ? std::nullopt : object->getString("commit");
    const auto time = object == nullptr ? std::nullopt : object->getInteger("time");
    if (!commit || !time) {
      error = {.file = file,
               .line = number_of_line,
               .column = 1,
               .message =
                   "this is no record of ferry status; correct or remove the line, or name another file with "
                   "--history"};
      return std::nullopt;
    }
    records.push_back({.commit = commit->str(),
                       .time = *time,
                       .mentions = {},
                       .findings = Tally{.safe = number(*object, "safe"),
                                         .unsafe = number(*object, "unsafe"),
                                         .manual = number(*object, "manual")}});
  }
  return records;
}

bool write_records(const std::string& file, const std::vector<Measure>& records, Problem& error) {
  std::string text;
  llvm::raw_string_ostream out(text);
  for (const Measure& record : records)
    out << json::Value(json::Object{{"commit", record.commit},
                                    {"time", record.time},
                                    {"safe", static_cast<std::int64_t>(record.findings->safe)},
                                    {"unsafe", static_cast<std::int64_t>(record.findings->unsafe)},
                                    {"manual", static_cast<std::int64_t>(record.findings->manual)}})
        << '\n';
  // Not half of it, whenever the run ends.
  const std::string fresh = file + ".new";
  auto failed = write_bytes(fresh, text, Create::Replace);
  if (!failed) failed = llvm::sys::fs::rename(fresh, file);
  if (!failed) return true;
  (void)remove_file(fresh);
  error = {.file = file,
           .message = "cannot be written: " + failed.message() + "; name another file with --history"};
  return false;
}

}  // namespace ferry::rewriter
