#include <algorithm>

#include <llvm/ADT/StringExtras.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/Support/Error.h>
#include <llvm/Support/GlobPattern.h>

#include "resolve/resolve.hpp"

namespace ferry::rewriter {
namespace {

bool names_rule(llvm::StringRef entry, std::string_view rule) {
  llvm::Expected<llvm::GlobPattern> pattern = llvm::GlobPattern::create(entry);
  if (!pattern) {
    llvm::consumeError(pattern.takeError());
    return false;
  }
  return pattern->match("ferry-" + std::string(rule));
}

// Whether `line` holds the comment `marker`, bare or with a list that names the rule.
bool has_marker(llvm::StringRef line, llvm::StringRef marker, std::string_view rule) {
  for (std::size_t at = line.find(marker); at != llvm::StringRef::npos; at = line.find(marker, at + 1)) {
    llvm::StringRef rest = line.drop_front(at + marker.size());
    if (!rest.empty() && llvm::isAlnum(rest.front())) continue;  // NOLINTNEXTLINE, when looking for NOLINT
    if (!rest.consume_front("(")) return true;
    for (const llvm::StringRef entry : llvm::split(rest.take_until([](char c) { return c == ')'; }), ','))
      if (names_rule(entry.trim(), rule)) return true;
  }
  return false;
}

}  // namespace

bool is_suppressed(std::string_view text, std::size_t offset, std::string_view rule) {
  const llvm::StringRef all(text);
  const std::size_t begin = all.rfind('\n', std::min(offset, all.size())) + 1;  // npos + 1 is the first line
  if (has_marker(all.drop_front(begin).take_until([](char c) { return c == '\n'; }), "NOLINT", rule))
    return true;
  if (begin == 0) return false;
  const std::size_t previous = all.rfind('\n', begin - 1) + 1;
  return has_marker(all.slice(previous, begin), "NOLINTNEXTLINE", rule);
}

}  // namespace ferry::rewriter
