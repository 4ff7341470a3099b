#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <llvm/Support/YAMLTraits.h>

#include "report/report.hpp"
#include "support/line_diff.hpp"

namespace ferry::rewriter {
namespace {

// The names and the order of keys are those that clang-apply-replacements reads.
struct Replacement {
  std::string file;
  std::size_t offset = 0;
  std::size_t length = 0;
  std::string text;
};

struct Diagnostic {
  std::string name;
  std::string message;
  std::string file;
  std::size_t offset = 0;
  std::vector<Replacement> replacements;
  std::string level = "Warning";
};

struct Document {
  std::string main_file;
  std::vector<Diagnostic> diagnostics;
};

}  // namespace
}  // namespace ferry::rewriter

LLVM_YAML_IS_SEQUENCE_VECTOR(ferry::rewriter::Replacement)
LLVM_YAML_IS_SEQUENCE_VECTOR(ferry::rewriter::Diagnostic)

template <>
struct llvm::yaml::MappingTraits<ferry::rewriter::Replacement> {
  static void mapping(IO& io, ferry::rewriter::Replacement& replacement) {
    io.mapRequired("FilePath", replacement.file);
    io.mapRequired("Offset", replacement.offset);
    io.mapRequired("Length", replacement.length);
    io.mapRequired("ReplacementText", replacement.text);
  }
};

template <>
struct llvm::yaml::MappingTraits<ferry::rewriter::Diagnostic> {
  // Where it is and what to do about it are nested in its message.
  struct Message {
    ferry::rewriter::Diagnostic& diagnostic;
  };
  static void mapping(IO& io, ferry::rewriter::Diagnostic& diagnostic) {
    Message message{diagnostic};
    io.mapRequired("DiagnosticName", diagnostic.name);
    io.mapRequired("DiagnosticMessage", message);
    io.mapRequired("Level", diagnostic.level);
  }
};

template <>
struct llvm::yaml::MappingTraits<llvm::yaml::MappingTraits<ferry::rewriter::Diagnostic>::Message> {
  static void mapping(IO& io, MappingTraits<ferry::rewriter::Diagnostic>::Message& message) {
    io.mapRequired("Message", message.diagnostic.message);
    io.mapRequired("FilePath", message.diagnostic.file);
    io.mapRequired("FileOffset", message.diagnostic.offset);
    io.mapRequired("Replacements", message.diagnostic.replacements);
  }
};

template <>
struct llvm::yaml::MappingTraits<ferry::rewriter::Document> {
  static void mapping(IO& io, ferry::rewriter::Document& document) {
    io.mapRequired("MainSourceFile", document.main_file);
    io.mapRequired("Diagnostics", document.diagnostics);
  }
};

namespace ferry::rewriter {
namespace {

bool is_within_character(std::string_view text, std::size_t offset) {
  return offset < text.size() && (static_cast<unsigned char>(text[offset]) & 0xC0U) == 0x80U;
}

// Whole characters only: the text between is to be UTF-8 if both texts are.
std::size_t common_prefix(std::string_view left, std::string_view right) {
  auto length = static_cast<std::size_t>(std::ranges::mismatch(left, right).in1 - left.begin());
  while (length > 0 && (is_within_character(left, length) || is_within_character(right, length))) --length;
  return length;
}

std::size_t common_suffix(std::string_view left, std::string_view right) {
  std::size_t length = 0;
  while (length < std::min(left.size(), right.size()) &&
         left[left.size() - 1 - length] == right[right.size() - 1 - length])
    ++length;
  while (length > 0 && is_within_character(left, left.size() - length)) --length;
  return length;
}

// The lines [begin, end) of `text`.
std::string_view slice(std::string_view text, const std::vector<std::string_view>& lines, std::size_t begin,
                       std::size_t end) {
  const auto offset = [&](std::size_t line) {
    return line == lines.size() ? text.size() : static_cast<std::size_t>(lines[line].data() - text.data());
  };
  return text.substr(offset(begin), offset(end) - offset(begin));
}

// What leads from one text to the other, line by line where lines stand for each other, without what both
// have at the ends of each.
std::vector<Replacement> replacements_of(const std::string& file, std::string_view before,
                                         std::string_view after) {
  const std::vector<std::string_view> old_lines = split_lines(before);
  const std::vector<std::string_view> new_lines = split_lines(after);
  std::vector<Replacement> replacements;
  const auto add = [&](std::string_view was, std::string_view is) {
    const std::size_t prefix = common_prefix(was, is);
    was.remove_prefix(prefix);
    is.remove_prefix(prefix);
    const std::size_t suffix = common_suffix(was, is);
    was.remove_suffix(suffix);
    is.remove_suffix(suffix);
    replacements.push_back({.file = file,
                            .offset = static_cast<std::size_t>(was.data() - before.data()),
                            .length = was.size(),
                            .text = std::string(is)});
  };
  for (const LineChange& change : line_diff(old_lines, new_lines)) {
    const std::size_t lines = change.old_end - change.old_begin;
    if (lines == change.new_end - change.new_begin)
      for (std::size_t i = 0; i < lines; ++i)
        add(old_lines[change.old_begin + i], new_lines[change.new_begin + i]);
    else
      add(slice(before, old_lines, change.old_begin, change.old_end),
          slice(after, new_lines, change.new_begin, change.new_end));
  }
  return replacements;
}

// A change belongs to the finding that edits what is nearest; several findings may have made it together.
std::size_t owner_of(const Replacement& replacement, const std::vector<PlannedFinding>& findings,
                     const std::vector<std::size_t>& reported) {
  const auto distance = [&](std::size_t offset) {
    return offset < replacement.offset ? replacement.offset - offset : offset - replacement.offset;
  };
  std::size_t owner = 0;
  std::size_t nearest = static_cast<std::size_t>(-1);
  for (std::size_t i = 0; i < reported.size(); ++i)
    for (const Edit& edit : findings[reported[i]].finding.edits)
      if (edit.file == replacement.file && distance(edit.offset) < nearest) {
        nearest = distance(edit.offset);
        owner = i;
      }
  return owner;
}

}  // namespace

void print_clang_yaml(llvm::raw_ostream& out, const Outcome& outcome, const ReportOptions& options) {
  const Plan& plan = outcome.plan;
  Document document;
  std::vector<std::size_t> reported;
  for (std::size_t i = 0; i < plan.findings.size(); ++i) {
    const PlannedFinding& planned = plan.findings[i];
    if (is_fixed(planned, options) || planned.decision == Decision::Suppressed) continue;
    const Finding& finding = planned.finding;
    document.diagnostics.push_back({.name = "ferry-" + finding.rule,
                                    .message = finding.message,
                                    .file = finding.file,
                                    .offset = finding.offset,
                                    .replacements = {}});
    reported.push_back(i);
  }
  if (options.command != Command::Fix && !document.diagnostics.empty())
    for (const auto& [file, after] : outcome.after)
      for (Replacement& replacement : replacements_of(file, plan.texts.at(file), after))
        document.diagnostics[owner_of(replacement, plan.findings, reported)].replacements.push_back(
            std::move(replacement));
  llvm::yaml::Output yaml(out);
  yaml << document;
}

}  // namespace ferry::rewriter
