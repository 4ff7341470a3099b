// What reads comments and baselines: any bytes give an answer, and edits of comments change nothing but
// comments.
#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fuzzer/FuzzedDataProvider.h>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "model/compose.hpp"
#include "model/fingerprint.hpp"
#include "resolve/accept.hpp"
#include "resolve/baseline.hpp"
#include "resolve/comments.hpp"
#include "resolve/judge.hpp"
#include "resolve/suppress.hpp"

namespace ferry::rewriter {
namespace {

constexpr const char* kFile = "/fuzz/a.cpp";

void expect(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "not so: %s\n", what);
  std::abort();
}

// What a compiler sees: the lines of the text that are not empty, without comments and blanks, those that a
// backslash continues as one.
std::string code_of(const std::string& text) {
  std::string without_comments;
  std::size_t at = 0;
  for (const Span& span : spans_of(text)) {
    expect(span.begin >= at && span.end >= span.begin && span.end <= text.size(),
           "spans follow each other in the text");
    without_comments += text.substr(at, span.begin - at);
    if (span.kind == Span::Kind::Literal) without_comments += text.substr(span.begin, span.end - span.begin);
    at = span.end;
  }
  without_comments += text.substr(at);
  std::string code;
  for (const char c : without_comments) {
    if (c == '\n' && code.ends_with('\\'))
      code.pop_back();
    else if (c == '\n' ? !code.empty() && code.back() != '\n'
                       : std::isspace(static_cast<unsigned char>(c)) == 0)
      code += c;
  }
  if (code.ends_with('\n')) code.pop_back();
  return code;
}

std::string after(Plan plan) {
  const std::string text = plan.texts.at(kFile);
  const auto composed = compose(plan, applied(plan));
  return composed.empty() ? text : composed.at(kFile).text;
}

bool is_in_span(const std::vector<Span>& spans, std::size_t offset) {
  return std::ranges::any_of(spans,
                             [&](const Span& span) { return span.begin <= offset && offset < span.end; });
}

void try_suppressions(const std::string& text) {
  Suppressions suppressions(text, "2026-01-01");
  Plan plan{.texts = {{kFile, text}}};
  std::set<std::size_t> edited;
  for (Finding& finding :
       suppressions.unused(kFile, conditional_lines(text), [](std::string_view) { return true; })) {
    // Two that share a comment would take it away twice: resolve() has the second one wait.
    if (std::ranges::any_of(finding.edits, [&](const Edit& edit) {
          const auto next = edited.lower_bound(edit.offset);
          return next != edited.end() && *next <= edit.offset + edit.length;
        }))
      continue;
    for (const Edit& edit : finding.edits)
      for (std::size_t at = edit.offset; at <= edit.offset + edit.length; ++at) edited.insert(at);
    plan.findings.push_back({.finding = std::move(finding), .decision = Decision::Apply});
  }
  suppressions.malformed(kFile);
  expect(code_of(after(std::move(plan))) == code_of(text),
         "taking suppressions out leaves the code as it was");
}

void try_accept(const std::string& text, std::size_t offset) {
  const std::vector<Span> spans = spans_of(text);
  if (offset >= text.size() || is_in_span(spans, offset)) return;
  // Findings begin at tokens.
  const auto is_word = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  if (!is_word(text[offset]) ||
      (offset > 0 && std::isspace(static_cast<unsigned char>(text[offset - 1])) == 0))
    return;
  if (Suppressions(text, "2026-01-01").accept(offset, "X-1").accepted_by) return;
  Plan plan{.findings = {{.finding = {.rule = "X-1",
                                      .file = kFile,
                                      .offset = offset,
                                      .line = position_of(text, offset).line}}},
            .texts = {{kFile, text}}};
  plan = accept_findings(std::move(plan), "why", {.root = "/fuzz"});
  const auto composed = compose(plan, applied(plan));
  expect(composed.contains(kFile), "what is found gets a comment");
  const std::string result = composed.at(kFile).text;
  const std::size_t now = offset_after(composed.at(kFile), offset);
  expect(code_of(result) == code_of(text), "a comment leaves the code as it was");
  expect(Suppressions(result, "2026-01-01").accept(now, "X-1").accepted_by.has_value(),
         "and suppresses what is found");
}

void try_baseline(const std::string& text) {
  Problem error;
  const auto baseline = read_baseline("base", text, error);
  if (!baseline) {
    expect(error.line >= 1 && error.column >= 1 && !error.message.empty(), "what is wrong has a place");
    return;
  }
  const std::string written = write_baseline(*baseline);
  const auto again = read_baseline("base", written, error);
  expect(again && *again == *baseline, "a baseline reads back as it was written");
}

}  // namespace
}  // namespace ferry::rewriter

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace ferry::rewriter;
  FuzzedDataProvider data(bytes, size);
  const std::size_t offset = data.ConsumeIntegralInRange<std::size_t>(0, 64);
  const std::string text = data.ConsumeRemainingBytesAsString();
  try_suppressions(text);
  try_accept(text, offset);
  try_baseline(text);
  try_baseline("# ferry baseline 1\n" + text);
  expect(line_text(text, offset).find_first_of("\t\n\r") == std::string::npos, "a line's text is a line");
  return 0;
}
