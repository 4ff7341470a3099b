#include "model/packed.hpp"

#include <algorithm>
#include <utility>

#include <llvm/Support/MemoryBuffer.h>

#include "model/digest.hpp"
#include "model/packer.hpp"

namespace ferry::rewriter {

// All members of each record, by structured bindings: one more does not compile until it is packed, too.

static void visit(auto& pass, Is<Edit> auto& edit) {
  auto& [file, offset, length, replacement] = edit;
  pass(file), pass(offset), pass(length), pass(replacement);
}

static void visit(auto& pass, Is<Declared> auto& declared) {
  auto& [name, file, offset] = declared;
  pass(name), pass(file), pass(offset);
}

static void visit(auto& pass, Is<Meant> auto& meant) {
  auto& [file, offset, declared] = meant;
  pass(file), pass(offset), pass(declared);
}

static void visit(auto& pass, Is<Finding> auto& finding) {
  auto& [rule, applicability, file, offset, line, column, end_line, end_column, message, edits, group, last,
         needs, unsure, meant, wanted, remark, leads_on, review, quiet] = finding;
  pass(rule), pass(applicability), pass(file), pass(offset), pass(line), pass(column), pass(end_line);
  pass(end_column), pass(message), pass(edits), pass(group), pass(last), pass(needs), pass(unsure);
  pass(meant), pass(wanted), pass(remark), pass(leads_on), pass(review), pass(quiet);
}

static void visit(auto& pass, Is<References::Target> auto& target) {
  auto& [declared, owner, is_function, is_old, overrides] = target;
  pass(declared), pass(owner), pass(is_function), pass(is_old), pass(overrides);
}

static void visit(auto& pass, Is<References::Place> auto& place) {
  auto& [offset, target] = place;
  pass(offset), pass(target);
}

static void visit(auto& pass, Is<References::File> auto& file) {
  auto& [name, places] = file;
  pass(name), pass(places);
}

static void visit(auto& pass, Is<References> auto& references) {
  auto& [targets, files] = references;
  pass(targets), pass(files);
}

static void visit(auto& pass, Is<Problem> auto& problem) {
  auto& [file, line, column, message] = problem;
  pass(file), pass(line), pass(column), pass(message);
}

static void visit(auto& pass, Is<LineRange> auto& range) {
  auto& [first, last] = range;
  pass(first), pass(last);
}

static void visit(auto& pass, Is<FileLines> auto& lines) {
  auto& [file, ranges] = lines;
  pass(file), pass(ranges);
}

static void visit(auto& pass, Is<Unjudged> auto& unjudged) {
  auto& [file, line, column, name, rules, reason] = unjudged;
  pass(file), pass(line), pass(column), pass(name), pass(rules), pass(reason);
}

static void visit(auto& pass, Is<Vocabulary::Text> auto& text) {
  auto& [file, says_old, expansions] = text;
  pass(file), pass(says_old), pass(expansions);
}

static void visit(auto& pass, Is<Vocabulary> auto& vocabulary) {
  auto& [words, pasting, marks, texts] = vocabulary;
  pass(words), pass(pasting), pass(marks), pass(texts);
}

namespace {

struct TextDigest {
  std::string path;
  std::string digest;
};

void visit(auto& pass, Is<TextDigest> auto& text) { pass(text.path), pass(text.digest); }

void visit_all_but_texts(auto& pass, auto& analysis) {
  auto& [findings, problems, inputs, texts, denials, unseen, unjudged, references, vocabulary, compiled] =
      analysis;
  pass(findings), pass(problems), pass(inputs), pass(denials), pass(unseen), pass(unjudged);
  pass(references), pass(vocabulary), pass(compiled);
}

std::optional<std::string> read(const std::string& path, const Texts& overlay) {
  if (const auto text = overlay.find(path); text != overlay.end()) return text->second;
  const auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer) return std::nullopt;
  return (*buffer)->getBuffer().str();
}

}  // namespace

std::string pack(const Analysis& analysis) {
  std::string bytes;
  llvm::raw_string_ostream out(bytes);
  Packer pass(out);
  visit_all_but_texts(pass, analysis);
  std::vector<TextDigest> texts;
  for (const auto& [path, text] : analysis.texts) texts.push_back({path, digest(text)});
  pass(texts);
  return bytes;
}

std::string pack(const Vocabulary& vocabulary) {
  std::string bytes;
  llvm::raw_string_ostream out(bytes);
  Packer pass(out);
  pass(vocabulary);
  return bytes;
}

std::optional<Vocabulary> unpack_vocabulary(std::string_view bytes) {
  Unpacker pass{llvm::StringRef(bytes)};
  Vocabulary vocabulary;
  pass(vocabulary);
  return pass.is_good() ? std::optional(std::move(vocabulary)) : std::nullopt;
}

std::optional<Analysis> unpack(std::string_view bytes, const Texts& overlay) {
  Unpacker pass{llvm::StringRef(bytes)};
  Analysis analysis;
  visit_all_but_texts(pass, analysis);
  std::vector<TextDigest> texts;
  pass(texts);
  const bool is_sound = std::ranges::all_of(analysis.findings, [](const Finding& finding) {
    return finding.applicability <= Applicability::Manual;
  });
  const std::size_t targets = analysis.references.targets.size();
  const bool is_whole = std::ranges::all_of(analysis.references.files, [&](const References::File& file) {
    return std::ranges::all_of(file.places,
                               [&](const References::Place& place) { return place.target < targets; });
  });
  if (!pass.is_good() || !is_sound || !is_whole) return std::nullopt;
  for (const TextDigest& known : texts) {
    auto text = read(known.path, overlay);
    if (text && digest(*text) == known.digest)
      analysis.texts.emplace(known.path, *std::move(text));
    else
      analysis.problems.push_back(
          {.file = known.path, .message = "the file changed while it was analysed; run ferry again"});
  }
  return analysis;
}

}  // namespace ferry::rewriter
