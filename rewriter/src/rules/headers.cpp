#include "rules/headers.hpp"

#include <algorithm>

#include "rules/add_include.hpp"

namespace ferry::rewriter {
namespace {

void report(Unit& unit, HeaderNames& names, const Include& include, const Annotation& annotation) {
  Draft draft{.rule = annotation.id,
              .applicability = annotation.applicability,
              .where = clang::SourceRange(include.name, include.name),
              .message = "`" + include.spelled + "` " +
                         (!annotation.message.empty() ? ": " + annotation.message
                          : annotation.text.empty()   ? "is not needed any more"
                                                      : "is now `" + annotation.text + "`")};
  if (annotation.applicability != Applicability::Manual) {
    names.replace(include, annotation.text, draft.change);
    for (const std::string& header : annotation.added)
      add_include(unit, include.hash, header, annotation.umbrellas, draft.change);
  }
  unit.report(std::move(draft));
}

}  // namespace

HeaderNames::HeaderNames(const Unit& unit) : unit_(unit) {
  for (const Include& include : unit.preprocessed.includes)
    present_[{unit.sources.getFileID(include.hash), include.spelled}].push_back(&include);
}

void HeaderNames::replace(const Include& include, const std::string& header, Change& change) {
  const clang::FileID file = unit_.sources.getFileID(include.hash);
  bool is_superfluous = header.empty();
  if (!is_superfluous) {
    std::vector<const Include*>& same = present_[{file, header}];
    is_superfluous = std::ranges::any_of(
        same, [&](const Include* other) { return holds_at(*other, include.hash, unit_.sources); });
    if (!is_superfluous) same.push_back(&include);
  }
  const llvm::StringRef rest =
      unit_.sources.getBufferData(file).substr(unit_.sources.getFileOffset(include.name_end));
  const std::size_t tail = rest.find('\n');
  const bool is_alone = tail != llvm::StringRef::npos && rest.take_front(tail).trim().empty();
  if (is_superfluous && is_alone)
    return change.replace_characters(include.hash,
                                     include.name_end.getLocWithOffset(static_cast<int>(tail) + 1), "");
  if (header.empty()) return change.replace_characters(include.hash, include.name_end, "");
  change.replace_characters(include.name, include.name_end,
                            (include.is_angled ? "<" : "\"") + header + (include.is_angled ? ">" : "\""));
}

void replace_headers(Unit& unit) {
  if (unit.packs == nullptr) return;
  HeaderNames names(unit);
  for (const Pack& pack : unit.packs->packs)
    for (const PackChange& change : pack.changes)
      if (change.of == PackChange::Of::Header)
        for (const Include& include : unit.preprocessed.includes)
          if (include.spelled == change.name && unit.is_project(include.hash))
            report(unit, names, include, change.annotation);
}

}  // namespace ferry::rewriter
