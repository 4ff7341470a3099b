#include "discover/changes.hpp"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>
#include <vector>

#include <llvm/ADT/SmallString.h>
#include <llvm/ADT/SmallVector.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/FileUtilities.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/Program.h>

namespace ferry::rewriter {
namespace {

struct Said {
  int status = -1;
  std::string out;
  std::string err;
};

std::string contents(const std::string& path) {
  const auto buffer = llvm::MemoryBuffer::getFile(path);
  return buffer ? (*buffer)->getBuffer().str() : std::string();
}

class Git {
 public:
  Git(std::string program, std::string root) : program_(std::move(program)), root_(std::move(root)) {}

  Said run(const std::vector<std::string>& arguments) const {
    llvm::SmallString<128> out;
    llvm::SmallString<128> err;
    if (llvm::sys::fs::createTemporaryFile("ferry-git", "out", out) ||
        llvm::sys::fs::createTemporaryFile("ferry-git", "err", err))
      return {.err = "no temporary file can be made"};
    const llvm::FileRemover remove_out(out);
    const llvm::FileRemover remove_err(err);
    llvm::SmallVector<llvm::StringRef, 24> command = {program_, "-C", root_};
    command.append(arguments.begin(), arguments.end());
    std::string failure;
    Said said;
    said.status = llvm::sys::ExecuteAndWait(program_, command, /*Env=*/std::nullopt,
                                            {llvm::StringRef(""), out.str(), err.str()}, 0, 0, &failure);
    said.out = contents(std::string(out));
    said.err = failure.empty() ? contents(std::string(err)) : failure;
    return said;
  }

 private:
  std::string program_;
  std::string root_;
};

std::nullopt_t fail(Problem& error, const std::string& root, std::string message) {
  error = {.file = root, .message = std::move(message)};
  return std::nullopt;
}

std::string first_line(llvm::StringRef text) {
  text = text.trim();
  text.consume_front("fatal: ");
  return text.split('\n').first.str();
}

// What git puts in quotes, with the escapes of C.
std::string unquoted(llvm::StringRef name) {
  if (!name.consume_front("\"")) return name.str();
  name.consume_back("\"");
  std::string result;
  while (!name.empty()) {
    char c = name.front();
    name = name.drop_front();
    if (c == '\\' && !name.empty()) {
      unsigned code = 0;
      if (name.size() >= 3 && !name.take_front(3).getAsInteger(8, code) && code < 256) {
        c = static_cast<char>(code);
        name = name.drop_front(3);
      } else {
        constexpr llvm::StringLiteral kLetters = "abtnvfr";
        const std::size_t letter = kLetters.find(name.front());
        c = letter == llvm::StringRef::npos ? name.front() : static_cast<char>('\a' + letter);
        name = name.drop_front();
      }
    }
    result += c;
  }
  return result;
}

std::string below(const std::string& root, llvm::StringRef name) {
  llvm::SmallString<256> path(root);
  llvm::sys::path::append(path, name);
  return std::string(path);
}

}  // namespace

ChangedLines read_patch(std::string_view patch, const std::string& root) {
  ChangedLines changed;
  std::vector<LineRange>* file = nullptr;
  unsigned left = 0;  // lines of the hunk that are still to come: they may look like anything
  llvm::StringRef rest(patch);
  while (!rest.empty()) {
    llvm::StringRef line;
    std::tie(line, rest) = rest.split('\n');
    if (left > 0 && (line.starts_with("-") || line.starts_with("+"))) {
      --left;
      continue;
    }
    if (line.consume_front("+++ ")) {
      std::string name = unquoted(line.rtrim("\t\r"));
      file = name.starts_with("b/") ? &changed[below(root, llvm::StringRef(name).drop_front(2))] : nullptr;
    } else if (line.consume_front("@@ -")) {
      // @@ -first,count +first,count @@
      const auto count = [](llvm::StringRef range) {
        unsigned lines = 1;
        if (range.contains(',')) range.split(',').second.getAsInteger(10, lines);
        return lines;
      };
      const auto [removed, after] = line.split(' ');
      llvm::StringRef added = after.split(' ').first;
      unsigned first = 0;
      if (!added.consume_front("+") || added.split(',').first.getAsInteger(10, first)) continue;
      left = count(removed) + count(added);
      if (file != nullptr && count(added) > 0)
        file->push_back({.first = first, .last = std::max(first, first + count(added) - 1)});
    }
  }
  return changed;
}

std::optional<ChangedLines> changed_lines(const std::string& root, const std::string& revision,
                                          Problem& error) {
  const auto program = llvm::sys::findProgramByName("git");
  if (!program) return fail(error, root, "--since needs git, which is not installed; install it");
  const Git git(*program, root);

  if (const Said inside = git.run({"rev-parse", "--is-inside-work-tree"});
      inside.status != 0 || llvm::StringRef(inside.out).trim() != "true")
    return fail(error, root,
                "--since needs a git working tree: " +
                    (inside.err.empty() ? std::string("this is none") : first_line(inside.err)) +
                    "; choose another root with --root, or go without --since");
  const Said commit =
      git.run({"rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}"});
  if (commit.status != 0)
    return fail(error, root, "git knows no revision '" + revision + "'; fetch it, or correct --since");
  const Said parted = git.run({"merge-base", first_line(commit.out), "HEAD"});
  if (parted.status != 0)
    return fail(
        error, root,
        "git knows no commit that '" + revision +
            "' and HEAD share; fetch more of the history (`git fetch --unshallow`), or correct --since");
  const Said patch =
      git.run({"-c", "core.quotePath=false", "diff", "--unified=0", "--no-color", "--no-ext-diff",
               "--no-textconv", "--ignore-submodules", "--relative", "--find-renames", "--src-prefix=a/",
               "--dst-prefix=b/", first_line(parted.out), "--"});
  const Said untracked = git.run({"ls-files", "--others", "--exclude-standard", "-z"});
  for (const Said* said : {&patch, &untracked})
    if (said->status != 0)
      return fail(error, root, "git does not say what has changed: " + first_line(said->err));

  ChangedLines changed = read_patch(patch.out, root);
  llvm::SmallVector<llvm::StringRef, 0> names;
  llvm::StringRef(untracked.out).split(names, '\0', -1, /*KeepEmpty=*/false);
  for (const llvm::StringRef name : names)
    changed[below(root, name)] = {{.first = 1, .last = std::numeric_limits<unsigned>::max() - 1}};
  std::erase_if(changed, [](const auto& file) { return file.second.empty(); });
  return changed;
}

}  // namespace ferry::rewriter
