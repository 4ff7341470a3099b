#include "model/fingerprint.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <llvm/ADT/StringExtras.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/Support/JSON.h>
#include <llvm/Support/SHA1.h>

#include "model/scope.hpp"

namespace ferry::rewriter {
namespace {

constexpr std::size_t kMaxLength = 160;
constexpr std::size_t kDigestLength = 12;

std::string digest(llvm::StringRef text) {
  return llvm::toHex(llvm::SHA1::hash(llvm::arrayRefFromStringRef(text)), /*LowerCase=*/true);
}

// One blank for white space, escapes for what does not print.
std::string normalised(llvm::StringRef line) {
  const bool is_text = llvm::json::isUTF8(line);
  std::string result;
  for (const char c : line) {
    const bool is_high = (static_cast<unsigned char>(c) & 0x80U) != 0;
    if (llvm::isSpace(c)) {
      if (!result.empty() && result.back() != ' ') result += ' ';
    } else if (c == '\\') {
      result += "\\\\";
    } else if (is_high ? !is_text : !llvm::isPrint(c)) {
      result += "\\x" + llvm::toHex(llvm::StringRef(&c, 1), /*LowerCase=*/true);
    } else {
      result += c;
    }
  }
  if (result.ends_with(' ')) result.pop_back();
  return result;
}

}  // namespace

std::string line_text(std::string_view text, std::size_t offset) {
  const llvm::StringRef all(text);
  offset = std::min(offset, all.size());
  const std::size_t begin = all.rfind('\n', offset) + 1;  // npos + 1 is the first line
  std::string line = normalised(all.slice(begin, all.find('\n', offset)));
  if (line.size() <= kMaxLength) return line;
  const std::string all_of_it = digest(line);
  std::size_t length = kMaxLength;
  while ((static_cast<unsigned char>(line[length]) & 0xC0U) == 0x80U) --length;  // not within a character
  return line.substr(0, length) + "... " + all_of_it.substr(0, kDigestLength);
}

std::vector<std::string> fingerprints(const Plan& plan, const std::string& root) {
  std::map<std::string, unsigned> seen;
  std::vector<std::string> result;
  for (const PlannedFinding& planned : plan.findings) {
    const Finding& finding = planned.finding;
    const auto text = plan.texts.find(finding.file);
    std::string identity = finding.rule + '\0' + relative_to(finding.file, root) + '\0';
    if (text != plan.texts.end()) identity += line_text(text->second, finding.offset);
    const unsigned occurrence = seen[identity]++;
    result.push_back(digest(identity + '\0' + std::to_string(occurrence)));
  }
  return result;
}

}  // namespace ferry::rewriter
