#include "model/packed.hpp"

#include <algorithm>
#include <utility>

#include <llvm/Support/MemoryBuffer.h>

#include "model/digest.hpp"
#include "support/packer.hpp"

namespace ferry::rewriter {

static void visit(auto& pass, Is<Edit> auto& edit) {
  pass(edit.file), pass(edit.offset), pass(edit.length), pass(edit.replacement);
}

static void visit(auto& pass, Is<Finding> auto& finding) {
  pass(finding.rule), pass(finding.applicability), pass(finding.file), pass(finding.offset);
  pass(finding.line), pass(finding.column), pass(finding.end_line), pass(finding.end_column);
  pass(finding.message), pass(finding.edits), pass(finding.group), pass(finding.last), pass(finding.remark);
}

static void visit(auto& pass, Is<Problem> auto& problem) {
  pass(problem.file), pass(problem.line), pass(problem.column), pass(problem.message);
}

namespace {

struct TextDigest {
  std::string path;
  std::string digest;
};

void visit(auto& pass, Is<TextDigest> auto& text) { pass(text.path), pass(text.digest); }

void visit_analysis(auto& pass, auto& analysis) {
  pass(analysis.findings), pass(analysis.problems), pass(analysis.inputs), pass(analysis.compiled);
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
  visit_analysis(pass, analysis);
  std::vector<TextDigest> texts;
  for (const auto& [path, text] : analysis.texts) texts.push_back({path, digest(text)});
  pass(texts);
  return bytes;
}

std::optional<Analysis> unpack(std::string_view bytes, const Texts& overlay) {
  Unpacker pass{llvm::StringRef(bytes)};
  Analysis analysis;
  visit_analysis(pass, analysis);
  std::vector<TextDigest> texts;
  pass(texts);
  const bool is_sound = std::ranges::all_of(analysis.findings, [](const Finding& finding) {
    return finding.applicability <= Applicability::Manual;
  });
  if (!pass.is_good() || !is_sound) return std::nullopt;
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
