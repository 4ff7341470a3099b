#include "rows.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/FormatVariadic.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/YAMLTraits.h>

namespace ferry::matrix {

/// A file, as it is written.
struct File {
  unsigned rows = 0;
  std::vector<unsigned> gaps;
  std::vector<Row> entries;
};

}  // namespace ferry::matrix

LLVM_YAML_IS_SEQUENCE_VECTOR(ferry::matrix::Row)

// Names stand in one text, with commas between them; one without a scope has that of the one before.
template <>
struct llvm::yaml::ScalarTraits<std::vector<std::string>> {
  static void output(const std::vector<std::string>& names, void*, raw_ostream& out) {
    out << llvm::join(names, ", ");
  }
  static StringRef input(StringRef text, void*, std::vector<std::string>& names) {
    SmallVector<StringRef> pieces;
    text.split(pieces, ',');
    std::string scope;
    for (const StringRef piece : pieces) {
      const StringRef name = piece.trim();
      names.push_back((name.contains("::") ? "" : scope) + name.str());
      scope = names.back().substr(0, names.back().rfind("::") + 2);
    }
    return {};
  }
  static QuotingType mustQuote(StringRef) { return QuotingType::None; }
};

template <>
struct llvm::yaml::MappingTraits<ferry::matrix::Row> {
  static void mapping(IO& io, ferry::matrix::Row& row) {
    io.mapRequired("id", row.id);
    io.mapOptional("legacy", row.legacy);
    io.mapOptional("modern", row.modern);
    io.mapOptional("differs", row.differs);
    io.mapOptional("added", row.added);
    io.mapOptional("none", row.none);
  }
  static std::string validate(IO&, ferry::matrix::Row& row) {
    if (!row.none.empty() || !row.added.empty()) return {};
    if (row.legacy.empty()) return row.id + ": needs `legacy`, `added` or `none`";
    if (row.modern.size() != row.legacy.size() && row.modern.size() > 1)
      return row.id + ": needs one `modern` for all, or one for each `legacy`";
    return {};
  }
};

template <>
struct llvm::yaml::MappingTraits<ferry::matrix::File> {
  static void mapping(IO& io, ferry::matrix::File& file) {
    io.mapRequired("rows", file.rows);
    io.mapOptional("gaps", file.gaps);
    io.mapOptional("entries", file.entries);
  }
};

namespace ferry::matrix {
namespace {

void keep_message(const llvm::SMDiagnostic& diagnostic, void* problems) {
  static_cast<std::vector<std::string>*>(problems)->push_back(
      llvm::formatv("{0}:{1}:{2}: {3}", diagnostic.getFilename(), diagnostic.getLineNo(),
                    diagnostic.getColumnNo() + 1, diagnostic.getMessage()));
}

Group read_group(const std::filesystem::path& path, std::vector<std::string>& problems) {
  Group group{.name = path.stem(), .ids = {}, .rows = {}};
  const auto buffer = llvm::MemoryBuffer::getFile(path.string());
  if (!buffer) {
    problems.push_back(path.string() + ": " + buffer.getError().message());
    return group;
  }
  File file;
  llvm::yaml::Input input((*buffer)->getMemBufferRef(), nullptr, keep_message, &problems);
  input >> file;
  if (input.error()) return group;
  for (unsigned number = 1; number <= file.rows; ++number) {
    if (std::ranges::find(file.gaps, number) == file.gaps.end())
      group.ids.push_back(llvm::formatv("{0}-{1}", group.name, llvm::formatv("{0:2}", number)).str());
  }
  group.rows = std::move(file.entries);
  std::set<std::string> seen;
  for (const Row& row : group.rows) {
    if (std::ranges::find(group.ids, row.id) == group.ids.end())
      problems.push_back(path.string() + ": the group has no row " + row.id);
    if (!seen.insert(row.id).second) problems.push_back(path.string() + ": " + row.id + " is there twice");
  }
  return group;
}

}  // namespace

std::vector<Group> read_groups(const std::string& folder, std::vector<std::string>& problems) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".yaml") paths.push_back(entry.path());
  std::ranges::sort(paths);
  std::vector<Group> groups;
  for (const std::filesystem::path& path : paths) groups.push_back(read_group(path, problems));
  return groups;
}

}  // namespace ferry::matrix
