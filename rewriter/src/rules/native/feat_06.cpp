// FEAT-06: a build that no longer needs the 0.2 API links the runtime alone.
#include <algorithm>

#include <clang/Basic/FileManager.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>

#include "frontend/frontend.hpp"
#include "model/compose.hpp"
#include "rules/native/native.hpp"
#include "support/names.hpp"

namespace ferry::rewriter::native {
namespace {

constexpr llvm::StringLiteral kRule = "FEAT-06";
constexpr llvm::StringLiteral kOld = "ferry::compat";
constexpr llvm::StringLiteral kNew = "ferry::runtime";

// The library's own files, which may lie below the root, too.
bool is_of_compat(const std::string& path) {
  const llvm::StringRef name(path);
  return name.contains("/ferry/v0_2/") || name.contains("/ferry/compat/");
}

// Whether the unit needs what is not the 0.2 API itself: bridges, and functions that take old members' place.
bool needs_compat(const Unit& unit) {
  return std::ranges::any_of(
             unit.preprocessed.includes,
             [&](const Include& include) {
               return llvm::StringRef(include.spelled).starts_with("ferry/compat/") &&
                      unit.is_project(include.hash) &&
                      !is_of_compat(path_of(unit.sources, unit.sources.getFileID(include.hash)));
             }) ||
         std::ranges::any_of(unit.uses.of_declarations, [](const Use& use) {
           return llvm::StringRef(use.annotation->text).contains("ferry::compat::");
         });
}

// The build files beside the unit's own file and above, up to the root.
std::vector<std::string> build_files(const Unit& unit) {
  std::vector<std::string> files;
  const clang::FileID main = unit.sources.getMainFileID();
  std::string folder = llvm::sys::path::parent_path(path_of(unit.sources, main)).str();
  while (!folder.empty() && unit.is_below_root(folder)) {
    llvm::SmallString<256> file(folder);
    llvm::sys::path::append(file, "CMakeLists.txt");
    if (llvm::sys::fs::exists(file)) files.push_back(std::string(file));
    folder = llvm::sys::path::parent_path(folder).str();
  }
  return files;
}

bool is_target_character(char c) { return is_name_character(c) || c == ':' || c == '-' || c == '.'; }

class BuildFile {
 public:
  BuildFile(Unit& unit, const std::string& path) : unit_(unit), path_(path) {}

  void judge() {
    clang::FileManager& files = unit_.sources.getFileManager();
    const clang::OptionalFileEntryRef entry = files.getOptionalFileRef(path_);
    // Read through the manager of sources, so that the file counts among what the unit has read.
    auto& readable = const_cast<clang::SourceManager&>(unit_.sources);
    const auto buffer = entry ? readable.getMemoryBufferForFileOrNone(*entry) : std::nullopt;
    if (!buffer) return;
    text_ = buffer->getBuffer();
    for (std::size_t at = text_.find(kOld); at != llvm::StringRef::npos; at = text_.find(kOld, at + 1))
      if (is_target(at)) report(at);
  }

 private:
  // A name by itself, and neither in a comment nor among the words of a text.
  bool is_target(std::size_t at) const {
    const llvm::StringRef before = text_.take_front(at).substr(text_.take_front(at).rfind('\n') + 1);
    const std::size_t end = at + kOld.size();
    const bool is_quoted = before.count('"') % 2 != 0;
    if (is_quoted && !(before.ends_with("\"") && text_.substr(end).starts_with("\""))) return false;
    return !before.contains('#') && (at == 0 || !is_target_character(text_[at - 1])) &&
           (end == text_.size() || !is_target_character(text_[end]));
  }

  void report(std::size_t at) {
    Finding finding{.rule = kRule.str(),
                    .applicability = Applicability::Safe,
                    .file = path_,
                    .offset = at,
                    .message = "once nothing old is left, `" + kNew.str() + "` is enough"};
    const std::size_t end = at + kOld.size();
    std::tie(finding.line, finding.column) = position(at);
    std::tie(finding.end_line, finding.end_column) = position(end);
    // Where the command names the runtime already, the name goes with the blanks before it.
    const std::size_t opens = text_.take_front(at).rfind('(');
    const llvm::StringRef command =
        text_.slice(opens == llvm::StringRef::npos ? 0 : opens, text_.find(')', at));
    std::size_t begin = at;
    if (command.contains(kNew))
      while (begin > 0 && llvm::isSpace(text_[begin - 1])) --begin;
    finding.edits = {{path_, begin, end - begin, begin == at ? kNew.str() : ""}};
    finding.group = kRule.str() + " " + path_;
    finding.last = true;
    finding.quiet = true;
    unit_.report(std::move(finding));
  }

  std::pair<unsigned, unsigned> position(std::size_t offset) const {
    const Position place = position_of(text_.str(), offset);
    return {place.line, place.column};
  }

  Unit& unit_;
  const std::string& path_;
  llvm::StringRef text_;
};

}  // namespace

void feat_06(Unit& unit, std::set<std::string>&) {
  if (is_of_compat(path_of(unit.sources, unit.sources.getMainFileID()))) return;
  const bool keeps = needs_compat(unit);
  if (!keeps && unit.moved.empty()) return;
  for (const std::string& path : build_files(unit)) {
    if (!keeps) {
      BuildFile(unit, path).judge();
      continue;
    }
    // Holds the others of its group back, and is shown to nobody.
    Finding holder{.rule = kRule.str(), .applicability = Applicability::Manual, .file = path};
    std::tie(holder.line, holder.column) = std::pair(1U, 1U);
    std::tie(holder.end_line, holder.end_column) = std::pair(1U, 1U);
    holder.group = kRule.str() + " " + path;
    holder.remark = true;
    holder.quiet = true;
    unit.report(std::move(holder));
  }
}

}  // namespace ferry::rewriter::native
