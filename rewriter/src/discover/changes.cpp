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
#include <llvm/Support/Path.h>

#include "support/git.hpp"

namespace ferry::rewriter {
namespace {

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
  const GitRan inside = run_git(root, {"rev-parse", "--is-inside-work-tree"});
  if (inside.status == -1) return fail(error, root, "--since needs git, which is not installed; install it");
  if (!inside.ok() || llvm::StringRef(inside.out).trim() != "true")
    return fail(error, root,
                "--since needs a git working tree: " +
                    (inside.err.empty() ? std::string("this is none") : first_line(inside.err)) +
                    "; choose another root with --root, or go without --since");
  const GitRan commit =
      run_git(root, {"rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}"});
  if (!commit.ok())
    return fail(error, root, "git knows no revision '" + revision + "'; fetch it, or correct --since");
  const GitRan parted = run_git(root, {"merge-base", first_line(commit.out), "HEAD"});
  if (!parted.ok())
    return fail(
        error, root,
        "git knows no commit that '" + revision +
            "' and HEAD share; fetch more of the history (`git fetch --unshallow`), or correct --since");
  const GitRan patch =
      run_git(root, {"-c", "core.quotePath=false", "diff", "--unified=0", "--no-color", "--no-ext-diff",
                     "--no-textconv", "--ignore-submodules", "--relative", "--find-renames",
                     "--src-prefix=a/", "--dst-prefix=b/", first_line(parted.out), "--"});
  const GitRan untracked = run_git(root, {"ls-files", "--others", "--exclude-standard", "-z"});
  for (const GitRan* ran : {&patch, &untracked})
    if (!ran->ok()) return fail(error, root, "git does not say what has changed: " + first_line(ran->err));

  ChangedLines changed = read_patch(patch.out, root);
  llvm::SmallVector<llvm::StringRef, 0> names;
  llvm::StringRef(untracked.out).split(names, '\0', -1, /*KeepEmpty=*/false);
  for (const llvm::StringRef name : names)
    changed[below(root, name)] = {{.first = 1, .last = std::numeric_limits<unsigned>::max() - 1}};
  std::erase_if(changed, [](const auto& file) { return file.second.empty(); });
  return changed;
}

}  // namespace ferry::rewriter
