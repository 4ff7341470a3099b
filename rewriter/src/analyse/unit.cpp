#include "analyse/unit.hpp"

#include <algorithm>
#include <utility>

#include <clang/Lex/Lexer.h>

#include "frontend/frontend.hpp"

namespace ferry::rewriter {
namespace {

// Where the token at `location` is spelled in a file. `is_body` becomes true when that is in a macro's body.
clang::SourceLocation spelled(const clang::SourceManager& sources, clang::SourceLocation location,
                              bool& is_body) {
  while (location.isMacroID()) {
    is_body = is_body || !sources.isMacroArgExpansion(location);
    location = sources.getImmediateSpellingLoc(location);
  }
  return location;
}

// The place of a macro's argument in the macro's body, and so on outwards, until it lies in `level`.
std::optional<clang::SourceLocation> at_level(const clang::SourceManager& sources,
                                              clang::SourceLocation location, clang::FileID level) {
  while (sources.getFileID(location) != level) {
    if (!location.isMacroID() || !sources.isMacroArgExpansion(location)) return std::nullopt;
    location = sources.getImmediateExpansionRange(location).getBegin();
  }
  return location;
}

// The same tokens where both ends are written side by side: one of them may be an argument of the macro that
// writes the other.
clang::SourceRange side_by_side(const clang::SourceManager& sources, clang::SourceRange tokens) {
  for (clang::SourceLocation begin = tokens.getBegin();;
       begin = sources.getImmediateExpansionRange(begin).getBegin()) {
    if (const auto end = at_level(sources, tokens.getEnd(), sources.getFileID(begin))) return {begin, *end};
    if (!begin.isMacroID() || !sources.isMacroArgExpansion(begin)) return tokens;
  }
}

}  // namespace

Unit::Unit(clang::CompilerInstance& instance, const AnalyseOptions& options, const Preprocessed& seen)
    : compiler(instance),
      context(instance.getASTContext()),
      sources(instance.getSourceManager()),
      language(instance.getLangOpts()),
      preprocessed(seen),
      options_(options) {}

bool Unit::is_project(clang::SourceLocation location) const {
  if (location.isInvalid()) return false;
  const clang::FileID file = sources.getFileID(sources.getExpansionLoc(location));
  const auto [known, is_new] = project_files_.try_emplace(file, false);
  if (!is_new) return known->second;
  const bool is_system = sources.isInSystemHeader(sources.getLocForStartOfFile(file));
  const std::string path = path_of(sources, file);
  return project_files_[file] = !is_system && !path.empty() && is_below(path, options_.scope.root);
}

std::string Unit::text(clang::SourceRange range) const {
  const std::optional<Placed> placed = place(range);
  if (!placed) return {};
  return sources.getBufferData(placed->file).substr(placed->offset, placed->length).str();
}

std::string Unit::text_at(clang::SourceLocation place, clang::SourceRange range) const {
  const clang::FileID level = sources.getFileID(place);
  const auto begin = at_level(sources, range.getBegin(), level);
  const auto end = at_level(sources, range.getEnd(), level);
  return text(begin && end ? clang::SourceRange(*begin, *end) : range);
}

std::string Unit::text_with(clang::SourceRange range, const Change& change) const {
  const std::optional<Placed> whole = place(range);
  if (!whole) return {};
  std::string result = sources.getBufferData(whole->file).substr(whole->offset, whole->length).str();
  std::vector<std::pair<Placed, std::string>> pieces;
  for (const Change::Piece& piece : change.pieces()) {
    const std::optional<Placed> placed = place(piece);
    if (!placed || placed->file != whole->file || placed->offset < whole->offset ||
        placed->offset + placed->length > whole->offset + whole->length)
      return {};
    pieces.emplace_back(*placed, piece.text);
  }
  std::ranges::sort(pieces, std::greater(), [](const auto& piece) { return piece.first.offset; });
  for (const auto& [placed, text] : pieces)
    result.replace(placed.offset - whole->offset, placed.length, text);
  return result;
}

std::string Unit::indent(clang::SourceLocation location) const {
  const auto [file, offset] = sources.getDecomposedLoc(sources.getFileLoc(location));
  const llvm::StringRef before = sources.getBufferData(file).take_front(offset);
  const llvm::StringRef line = sources.getBufferData(file).substr(before.rfind('\n') + 1);
  return line.take_while([](char c) { return c == ' ' || c == '\t'; }).str();
}

clang::SourceLocation Unit::end_of(clang::SourceLocation token) const {
  return clang::Lexer::getLocForEndOfToken(token, 0, sources, language);
}

std::string Unit::key(const clang::NamedDecl& declaration) const {
  const auto [file, offset] = sources.getDecomposedLoc(sources.getFileLoc(declaration.getLocation()));
  return path_of(sources, file) + ":" + std::to_string(offset);
}

std::optional<Unit::Placed> Unit::place(clang::SourceRange range) const {
  const clang::SourceRange tokens = side_by_side(sources, range);
  bool begin_in_body = false;
  bool end_in_body = false;
  const clang::SourceLocation begin = spelled(sources, tokens.getBegin(), begin_in_body);
  const clang::SourceLocation end = spelled(sources, tokens.getEnd(), end_in_body);
  const bool is_one_piece = sources.getFileID(tokens.getBegin()) == sources.getFileID(tokens.getEnd());
  const auto [file, offset] = sources.getDecomposedLoc(begin);
  const auto [end_file, end_offset] = sources.getDecomposedLoc(end);
  if (is_one_piece && begin_in_body == end_in_body && file == end_file && offset <= end_offset) {
    const std::size_t last = clang::Lexer::MeasureTokenLength(end, sources, language);
    return Placed{file, offset, end_offset + last - offset, begin_in_body ? begin : clang::SourceLocation()};
  }
  const clang::CharSourceRange in_file =
      clang::Lexer::makeFileCharRange(clang::CharSourceRange::getTokenRange(tokens), sources, language);
  if (in_file.isInvalid()) return std::nullopt;
  const auto [range_file, range_offset] = sources.getDecomposedLoc(in_file.getBegin());
  return Placed{range_file, range_offset, sources.getFileOffset(in_file.getEnd()) - range_offset, {}};
}

std::optional<Unit::Placed> Unit::place(const Change::Piece& piece) const {
  if (piece.at == Change::Piece::At::Characters) {
    if (!piece.begin.isFileID() || !piece.end.isFileID()) return std::nullopt;
    const auto [file, offset] = sources.getDecomposedLoc(piece.begin);
    return Placed{file, offset, sources.getFileOffset(piece.end) - offset, {}};
  }
  std::optional<Placed> placed = place(clang::SourceRange(piece.begin, piece.end));
  if (!placed || piece.at == Change::Piece::At::Tokens) return placed;
  if (piece.at == Change::Piece::At::After) placed->offset += placed->length;
  placed->length = 0;
  return placed;
}

void Unit::set_position(Finding& finding, const Placed& placed) const {
  const std::size_t end = placed.offset + placed.length;
  finding.file = path_of(sources, placed.file);
  finding.offset = placed.offset;
  finding.line = sources.getLineNumber(placed.file, placed.offset);
  finding.column = sources.getColumnNumber(placed.file, placed.offset);
  finding.end_line = sources.getLineNumber(placed.file, end);
  finding.end_column = sources.getColumnNumber(placed.file, end);
}

// Fills finding.edits; answers why that cannot be done, or nothing.
std::string Unit::to_edits(const Draft& draft, Finding& finding, clang::SourceLocation& macro_body) const {
  for (const Change::Piece& piece : draft.change.pieces()) {
    const std::optional<Placed> placed = place(piece);
    if (!placed) return "part of it comes from a macro";
    std::string path = path_of(sources, placed->file);
    if (path.empty()) return "it is built by a macro that pastes tokens";
    const clang::SourceLocation start = sources.getLocForStartOfFile(placed->file);
    if (sources.isInSystemHeader(start) || !contains(options_.scope, path))
      return "the change reaches " + path + ", which is not to be edited";
    const bool is_first = finding.edits.empty();
    if (!is_first && placed->in_macro_body.isValid() != macro_body.isValid())
      return "part of it is in a macro's body and part is not";
    if (is_first) macro_body = placed->in_macro_body;
    finding.edits.push_back({std::move(path), placed->offset, placed->length, piece.text});
  }
  std::ranges::sort(finding.edits);
  return {};
}

void Unit::report(Draft draft) {
  if (options_.is_selected && !options_.is_selected(draft.rule)) return;
  std::optional<Placed> where = place(draft.where);
  if (!where || path_of(sources, where->file).empty()) {
    const clang::SourceLocation expansion = sources.getExpansionLoc(draft.where.getBegin());
    where = place(clang::SourceRange(expansion, expansion));
  }
  if (!where) return;

  Finding finding{.rule = std::move(draft.rule),
                  .applicability = draft.applicability,
                  .message = std::move(draft.message)};
  finding.group = std::move(draft.group);
  finding.last = draft.last;
  finding.remark = draft.remark;
  set_position(finding, *where);
  if (!contains(options_.scope, finding.file) || !is_project(sources.getLocForStartOfFile(where->file)))
    return;

  clang::SourceLocation body;
  const std::string trouble = to_edits(draft, finding, body);
  if (!trouble.empty()) {
    finding.applicability = Applicability::Manual;
    finding.message += "; not changed because " + trouble;
    finding.edits.clear();
  }
  if (body.isInvalid() || finding.edits.empty()) return findings_.push_back(std::move(finding));

  const clang::SourceLocation expansion = sources.getExpansionLoc(draft.where.getBegin());
  const auto [entry, is_new] = in_macros_.try_emplace({finding.rule, body});
  InMacro& macro = entry->second;
  macro.expansions.insert(expansion);
  if (is_new) {
    macro.finding = std::move(finding);
    macro.body = body;
  } else if (macro.finding.edits != finding.edits) {
    macro.trouble = "the macro's expansions need different changes";
  }
}

Findings Unit::take_findings() {
  for (auto& [place_in_body, macro] : in_macros_) {
    const std::set<clang::SourceLocation>* everywhere = preprocessed.macros.of(macro.body);
    if (!everywhere || !std::ranges::includes(macro.expansions, *everywhere))
      macro.trouble = "the macro is also expanded where this does not hold";
    if (!macro.trouble.empty()) {
      macro.finding.applicability = Applicability::Manual;
      macro.finding.message += "; not changed because " + macro.trouble;
      macro.finding.edits.clear();
    }
    findings_.push_back(std::move(macro.finding));
  }
  in_macros_.clear();
  std::ranges::sort(findings_);
  const auto repeated = std::ranges::unique(findings_);
  findings_.erase(repeated.begin(), repeated.end());
  return std::move(findings_);
}

}  // namespace ferry::rewriter
