#include "report/explanation.hpp"

#include <algorithm>

#include <llvm/ADT/StringRef.h>

#include "model/compose.hpp"
#include "model/scope.hpp"
#include "report/printable.hpp"
#include "report/snippet.hpp"

namespace ferry::rewriter {
namespace {

constexpr std::size_t kMaxWidth = 110;

// Each on lines of its own, the further ones indented deeper.
void print_sentences(llvm::raw_ostream& out, const std::vector<std::string>& sentences) {
  for (const std::string& sentence : sentences) {
    const std::string text = printable(sentence);
    llvm::StringRef rest(text);
    for (std::string indent = "    "; !rest.empty(); indent = "      ") {
      const std::size_t room = kMaxWidth - indent.size();
      std::size_t end = rest.size() <= room ? rest.size() : rest.rfind(' ', room);
      if (end == llvm::StringRef::npos) end = std::min(rest.find(' '), rest.size());
      out << indent << rest.take_front(end) << '\n';
      rest = rest.drop_front(end).ltrim();
    }
  }
}

// What a snippet is shown of: the column, or all that stands in the line.
Finding marked(const Place& place, const std::string& text) {
  const std::size_t begin = offset_of(text, {.line = place.line, .column = 1});
  const llvm::StringRef line = llvm::StringRef(text).substr(begin).split('\n').first;
  const std::size_t indent = line.size() - line.ltrim().size();
  Finding finding{.file = place.file, .line = place.line, .end_line = place.line};
  finding.column = place.column != 0 ? place.column : static_cast<unsigned>(indent) + 1;
  finding.end_column = place.column != 0 ? place.column + 1 : static_cast<unsigned>(line.rtrim().size()) + 1;
  finding.offset = begin + finding.column - 1;
  return finding;
}

}  // namespace

void print_explanation(llvm::raw_ostream& out, const Explanation& explanation, const ReportOptions& options) {
  for (const ExplainedFinding& explained : explanation.findings) {
    print_finding(out, explained.finding, options);
    print_snippet(out, explained.finding, explanation.texts, explained.has_preview,
                  options.working_directory);
    print_sentences(out, explained.verdicts);
    out << '\n';
  }
  const Place& place = explanation.place;
  out.changeColor(llvm::raw_ostream::SAVEDCOLOR, /*Bold=*/true);
  out << printable(relative_to(place.file, options.working_directory)) << ':' << place.line;
  if (place.column != 0) out << ':' << place.column;
  out.resetColor();
  out << (explanation.findings.empty() ? ": nothing was found here\n" : ": who has looked\n");
  if (const auto text = explanation.texts.find(place.file);
      explanation.findings.empty() && text != explanation.texts.end())
    print_snippet(out, marked(place, text->second), explanation.texts, /*with_fix=*/false,
                  options.working_directory);
  print_sentences(out, explanation.facts);
}

}  // namespace ferry::rewriter
