#include "analyse/unit.hpp"

#include <algorithm>
#include <utility>

#include <clang/Lex/Lexer.h>
#include <llvm/Support/Error.h>
#include <llvm/Support/GlobPattern.h>

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

Unit::Unit(clang::ASTContext& parsed, clang::Preprocessor& used, const AnalyseOptions& options,
           const Preprocessed& seen)
    : context(parsed),
      preprocessor(used),
      sources(parsed.getSourceManager()),
      language(parsed.getLangOpts()),
      preprocessed(seen),
      packs(options.packs),
      annotations(options.packs),
      options_(options) {}

bool Unit::is_project(clang::SourceLocation location) const {
  if (location.isInvalid()) return false;
  const clang::FileID file = sources.getFileID(sources.getExpansionLoc(location));
  const auto [known, is_new] = project_files_.try_emplace(file, false);
  if (!is_new) return known->second;
  const bool is_system = sources.isInSystemHeader(sources.getLocForStartOfFile(file));
  return project_files_[file] = !is_system && is_below_root(file) && !is_of_library(file);
}

// The library that a pack is about may lie below the root, too.
bool Unit::is_of_library(clang::FileID file) const {
  if (packs == nullptr || file == sources.getMainFileID()) return false;
  const std::string name = "/" + relative_to(path(file), options_.scope.root);
  return std::ranges::any_of(packs->packs, [&](const Pack& pack) {
    return std::ranges::any_of(pack.headers, [&](const std::string& glob) {
      auto pattern = llvm::GlobPattern::create("*/" + glob);
      return pattern && pattern->match(name);
    });
  });
}

bool Unit::is_below_root(clang::FileID file) const {
  return !path(file).empty() && is_below(path(file), options_.scope.root);
}

bool Unit::is_below_root(const std::string& path) const { return is_below(path, options_.scope.root); }

const std::string& Unit::path(clang::FileID file) const {
  const auto [known, is_new] = paths_.try_emplace(file);
  if (is_new) known->second = path_of(sources, file);
  return known->second;
}

std::string Unit::text(clang::SourceRange range) const {
  const std::optional<Placed> placed = place(range);
  if (!placed) return {};
  return sources.getBufferData(placed->file).substr(placed->offset, placed->length).str();
}

std::string Unit::text(const Change::Piece& piece) const {
  const std::optional<Placed> placed = place(piece);
  return placed ? sources.getBufferData(placed->file).substr(placed->offset, placed->length).str()
                : std::string();
}

std::string Unit::text_at(clang::SourceLocation place, clang::SourceRange range) const {
  return text(at_level(range, level(place)).value_or(range));
}

Level Unit::level(clang::SourceLocation location) const {
  Level result;
  for (; location.isMacroID() && sources.isMacroArgExpansion(location);
       location = sources.getImmediateSpellingLoc(location))
    result.arguments.push_back(sources.getImmediateExpansionRange(location).getBegin());
  result.file = sources.getFileID(location);
  return result;
}

std::optional<clang::SourceRange> Unit::at_level(clang::SourceRange range, const Level& level) const {
  const auto place = [&](clang::SourceLocation location,
                         bool is_end) -> std::optional<clang::SourceLocation> {
    while (sources.getFileID(location) != level.file) {
      if (!location.isMacroID()) return std::nullopt;
      const clang::CharSourceRange expansion = sources.getImmediateExpansionRange(location);
      const bool is_shared =
          sources.isMacroArgExpansion(location) &&
          std::ranges::find(level.arguments, expansion.getBegin()) != level.arguments.end();
      location = is_shared ? sources.getImmediateSpellingLoc(location)
                 : is_end  ? expansion.getEnd()
                           : expansion.getBegin();
    }
    return location;
  };
  const auto begin = place(range.getBegin(), /*is_end=*/false);
  const auto end = place(range.getEnd(), /*is_end=*/true);
  if (!begin || !end) return std::nullopt;
  return clang::SourceRange(*begin, *end);
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
  return path(file) + ":" + std::to_string(offset);
}

Declared Unit::declared(const clang::NamedDecl& declaration) const {
  const clang::NamedDecl* pattern = pattern_of(&declaration);
  if (const auto* tag = llvm::dyn_cast<clang::TagDecl>(pattern); tag && tag->getDefinition())
    pattern = tag->getDefinition();
  Declared result{.name = pattern->getQualifiedNameAsString()};
  if (const auto* function = llvm::dyn_cast<clang::FunctionDecl>(pattern)) {
    result.name += "(";
    for (const clang::ParmVarDecl* parameter : function->parameters())
      result.name += (result.name.back() == '(' ? "" : ", ") +
                     parameter->getType().getCanonicalType().getAsString(context.getPrintingPolicy());
    result.name += ")";
  }
  const clang::SourceLocation location = sources.getFileLoc(pattern->getLocation());
  if (location.isInvalid()) return result;
  const auto [file, offset] = sources.getDecomposedLoc(location);
  result.file = path(file);
  result.offset = offset;
  return result;
}

std::optional<Unit::Placed> Unit::place(clang::SourceRange range) const {
  if (range.isInvalid()) return std::nullopt;
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
  if (!placed) return placed;
  if (piece.at == Change::Piece::At::Tokens) {
    // The token at one end has a place of its own, unless a macro makes it.
    const auto cut = [&](clang::SourceLocation token) -> std::optional<std::size_t> {
      const std::optional<Placed> alone = place(clang::SourceRange(token, token));
      if (!alone || alone->file != placed->file || alone->length > placed->length) return std::nullopt;
      return alone->length;
    };
    const std::optional<std::size_t> front = piece.keeps_first ? cut(piece.begin) : 0;
    const std::optional<std::size_t> back = piece.keeps_last ? cut(piece.end) : 0;
    if (!front || !back) return std::nullopt;
    const std::size_t skipped = *front + piece.keep_front;
    const std::size_t kept = skipped + *back + piece.keep_back;
    if (kept > placed->length) return std::nullopt;
    placed->offset += skipped;
    placed->length -= kept;
    return placed;
  }
  if (piece.at == Change::Piece::At::After) placed->offset += placed->length;
  placed->length = 0;
  return placed;
}

void Unit::set_position(Finding& finding, const Placed& placed) const {
  const std::size_t end = placed.offset + placed.length;
  finding.file = path(placed.file);
  finding.offset = placed.offset;
  finding.line = sources.getLineNumber(placed.file, placed.offset);
  finding.column = sources.getColumnNumber(placed.file, placed.offset);
  finding.end_line = sources.getLineNumber(placed.file, end);
  finding.end_column = sources.getColumnNumber(placed.file, end);
}

void Unit::set_meaning(Finding& finding, const Draft& draft) const {
  if (draft.name.isValid() && draft.target)
    if (const auto name = place(clang::SourceRange(draft.name, draft.name));
        name && !path(name->file).empty())
      finding.meant = {.file = path(name->file), .offset = name->offset, .declared = declared(*draft.target)};
  for (const clang::NamedDecl* declaration : draft.wanted) finding.wanted.push_back(declared(*declaration));
  std::ranges::sort(finding.wanted);
}

std::string Unit::why_not_to_edit(const Placed& placed) const {
  const clang::SourceLocation start = sources.getLocForStartOfFile(placed.file);
  if (sources.isWrittenInScratchSpace(start)) return "it is built by a macro that pastes tokens";
  if (path(placed.file).empty()) return "it comes from a macro of the command line";
  if (sources.isInSystemHeader(start) || !contains(options_.scope, path(placed.file)) ||
      is_of_library(placed.file))
    return "the change reaches " + path(placed.file) + ", which is not to be edited";
  const llvm::StringRef replaced = sources.getBufferData(placed.file).substr(placed.offset, placed.length);
  for (llvm::StringRef rest = replaced.split('\n').second; !rest.empty(); rest = rest.split('\n').second)
    if (const llvm::StringRef line = rest.ltrim(" \t"); line.starts_with("#") || line.starts_with("%:"))
      return "a preprocessor directive stands in it";
  return {};
}

// What the macros do with the argument that the token stands in.
MacroExpansions::Treatment Unit::treatment(clang::SourceLocation token) const {
  MacroExpansions::Treatment result;
  for (; token.isMacroID(); token = sources.getImmediateSpellingLoc(token)) {
    if (!sources.isMacroArgExpansion(token)) continue;
    const clang::SourceLocation parameter = sources.getImmediateExpansionRange(token).getBegin();
    const auto here = preprocessed.macros.treatment(preprocessor, sources.getSpellingLoc(parameter));
    result.is_made_string |= here.is_made_string;
    result.is_pasted |= here.is_pasted;
  }
  return result;
}

// Whether nothing else stands between the parentheses or commas of a macro's call.
bool Unit::is_whole_argument(const Placed& placed) const {
  const llvm::StringRef text = sources.getBufferData(placed.file);
  const llvm::StringRef before = text.take_front(placed.offset).rtrim();
  const llvm::StringRef behind = text.substr(placed.offset + placed.length).ltrim();
  return (before.ends_with("(") || before.ends_with(",")) &&
         (behind.starts_with(")") || behind.starts_with(","));
}

// Fills finding.edits; answers why that cannot be done, or nothing.
std::string Unit::to_edits(const Draft& draft, Finding& finding, clang::SourceLocation& macro_body) const {
  for (const Change::Piece& piece : draft.change.pieces()) {
    const std::optional<Placed> placed = place(piece);
    if (!placed) return "part of it comes from a macro";
    if (std::string reason = why_not_to_edit(*placed); !reason.empty()) return reason;
    const bool is_first = finding.edits.empty();
    if (!is_first && placed->in_macro_body.isValid() != macro_body.isValid())
      return "part of it is in a macro's body and part is not";
    if (is_first) macro_body = placed->in_macro_body;
    const auto [is_made_string, is_pasted] = treatment(piece.begin);
    if (is_pasted) return "the macro pastes its argument to other tokens";
    if (is_made_string && is_first)
      if (const auto where = place(draft.where); where && is_whole_argument(*where)) {
        // A name by itself is a key, not a text for people.
        finding.applicability = std::max(finding.applicability, Applicability::Unsafe);
        finding.message += "; the macro makes a string of it as well";
      }
    finding.edits.push_back({path(placed->file), placed->offset, placed->length, piece.text});
  }
  std::ranges::sort(finding.edits);
  return {};
}

void Unit::deny(clang::SourceLocation name, const clang::NamedDecl& means) {
  if (name.isInvalid()) return;
  const std::optional<Placed> placed = place(clang::SourceRange(name, name));
  if (placed && is_below(path(placed->file), options_.scope.root))
    denials_.insert({.file = path(placed->file), .offset = placed->offset, .declared = declared(means)});
}

std::vector<Meant> Unit::take_denials() { return {denials_.begin(), denials_.end()}; }

void Unit::report(Draft draft) {
  if (options_.is_selected && !options_.is_selected(draft.rule)) return;
  std::optional<Placed> where = place(draft.where);
  // What a macro of another's writes is reported where it is expanded.
  if (!where || !is_project(sources.getLocForStartOfFile(where->file))) {
    const clang::SourceLocation expansion = sources.getExpansionLoc(draft.where.getBegin());
    where = place(clang::SourceRange(expansion, expansion));
  }
  if (!where) return;

  Finding finding{.rule = draft.rule, .applicability = draft.applicability, .message = draft.message};
  finding.group = draft.group;
  finding.needs = draft.needs;
  finding.last = draft.last;
  finding.remark = draft.remark;
  finding.review = draft.review;
  finding.unsure = draft.unsure;
  finding.leads_on = draft.leads_on;
  set_position(finding, *where);
  if (!is_project(sources.getLocForStartOfFile(where->file)) || !contains(options_.scope, finding.file))
    return;

  clang::SourceLocation body;
  const std::string trouble = to_edits(draft, finding, body);
  if (!trouble.empty()) {
    finding.applicability = Applicability::Manual;
    finding.message += "; not changed because " + trouble;
    finding.edits.clear();
  }
  if (!finding.edits.empty()) set_meaning(finding, draft);
  if (draft.where.getBegin().isFileID() || finding.edits.empty())
    return findings_.push_back(std::move(finding));

  if (body.isInvalid()) {
    const auto [known, is_new] = in_arguments_.try_emplace({finding.rule, finding.file, finding.offset});
    if (is_new)
      known->second.finding = std::move(finding);
    else if (known->second.finding.edits != finding.edits)
      known->second.is_contradicted = true;
    return;
  }
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

void Unit::report(Finding finding) {
  if (!options_.is_selected || options_.is_selected(finding.rule)) findings_.push_back(std::move(finding));
}

Findings Unit::take_findings() {
  const auto take_back = [](Finding& finding, const std::string& trouble) {
    finding.applicability = Applicability::Manual;
    finding.message += "; not changed because " + trouble;
    finding.edits.clear();
  };
  for (auto& [place_in_body, macro] : in_macros_) {
    const std::set<clang::SourceLocation>* everywhere = preprocessed.macros.of(macro.body);
    if (!everywhere || !std::ranges::includes(macro.expansions, *everywhere))
      macro.trouble = "the macro is also expanded where this does not hold";
    if (!macro.trouble.empty()) take_back(macro.finding, macro.trouble);
    findings_.push_back(std::move(macro.finding));
  }
  in_macros_.clear();
  for (auto& [place, argument] : in_arguments_) {
    if (argument.is_contradicted)
      take_back(argument.finding, "the macro uses its argument in ways that need different changes");
    findings_.push_back(std::move(argument.finding));
  }
  in_arguments_.clear();
  std::ranges::sort(findings_);
  const auto repeated = std::ranges::unique(findings_);
  findings_.erase(repeated.begin(), repeated.end());
  return std::move(findings_);
}

}  // namespace ferry::rewriter
