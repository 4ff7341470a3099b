#include "lsp/report.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "model/compose.hpp"
#include "model/packer.hpp"
#include "support/files.hpp"

namespace ferry::rewriter::lsp {

static void visit(auto& pass, Is<Place> auto& place) {
  auto& [line, character] = place;
  pass(line), pass(character);
}

static void visit(auto& pass, Is<Range> auto& range) {
  auto& [start, end] = range;
  pass(start), pass(end);
}

static void visit(auto& pass, Is<TextChange> auto& change) {
  auto& [file, range, text] = change;
  pass(file), pass(range), pass(text);
}

static void visit(auto& pass, Is<Pointer> auto& pointer) {
  auto& [file, range, message] = pointer;
  pass(file), pass(range), pass(message);
}

static void visit(auto& pass, Is<Mark> auto& mark) {
  auto& [rule, applicability, range, message, reason, is_remark, changes, pointers, offset, line] = mark;
  pass(rule), pass(applicability), pass(range), pass(message), pass(reason), pass(is_remark), pass(changes);
  pass(pointers), pass(offset), pass(line);
}

static void visit(auto& pass, Is<Report> auto& report) {
  auto& [marks, all_safe, safe, inputs, problems, trouble, is_setup] = report;
  pass(marks), pass(all_safe), pass(safe), pass(inputs), pass(problems), pass(trouble), pass(is_setup);
}

namespace {

class Reporter {
 public:
  Reporter(const std::string& file, const Planned& planned, Encoding encoding)
      : file_(file), planned_(planned), encoding_(encoding) {}

  Report report() {
    Report report;
    const Plan& all = planned_.all;
    for (std::size_t i = 0; i < all.findings.size(); ++i)
      if (all.findings[i].finding.file == file_ && is_open(all.findings[i]))
        report.marks.push_back(mark(all, i));
    const Plan& safe = planned_.safe;
    std::vector<bool> taken = applied(safe);
    for (std::size_t i = 0; i < taken.size(); ++i)
      report.safe += taken[i] =
          taken[i] && is_open(safe.findings[i]) && safe.findings[i].finding.file == file_;
    report.all_safe = changes(safe, taken);
    if (!report.marks.empty())
      for (const Problem& problem : all.problems)
        if (problem.file == file_ && problem.line != 0) report.problems.push_back(pointer_to(problem));
    return report;
  }

 private:
  // A text, and where its lines are.
  struct Source {
    std::string text;
    std::optional<Lines> lines;
  };

  const Source& source(const std::string& file) {
    const auto [known, is_new] = sources_.try_emplace(file);
    Source& source = known->second;
    if (!is_new) return source;
    const auto unsaved = planned_.before.find(file);
    const auto analysed = planned_.all.texts.find(file);
    if (unsaved != planned_.before.end())
      source.text = unsaved->second;
    else if (analysed != planned_.all.texts.end())
      source.text = analysed->second;
    else
      source.text = read_bytes(file).value_or("");
    source.lines.emplace(source.text, encoding_);
    return source;
  }

  std::size_t offset(const std::string& file, unsigned line, unsigned column) {
    return offset_of(source(file).text, {.line = line, .column = column});
  }

  Mark mark(const Plan& plan, std::size_t index) {
    const PlannedFinding& planned = plan.findings[index];
    const Finding& finding = planned.finding;
    const std::size_t end = offset(finding.file, finding.end_line, finding.end_column);
    Mark mark{.rule = finding.rule, .applicability = finding.applicability, .message = finding.message};
    mark.range = source(file_).lines->range(finding.offset, std::max(end, finding.offset));
    mark.reason = planned.reason;
    mark.is_remark = finding.remark;
    mark.offset = finding.offset;
    mark.line = finding.line;
    if (planned.decision == Decision::Apply) mark.changes = changes(plan, together(plan, index));
    if (finding.meant) point(mark, finding.meant->declared, "is declared here");
    for (const Declared& wanted : finding.wanted) point(mark, wanted, "takes its place");
    return mark;
  }

  // What is right only with the finding, and what it is right only with.
  std::vector<bool> together(const Plan& plan, std::size_t index) const {
    const Finding& finding = plan.findings[index].finding;
    std::vector<bool> taken = applied(plan);
    if (finding.last) return taken;
    for (std::size_t i = 0; i < taken.size(); ++i) {
      const Finding& other = plan.findings[i].finding;
      const bool is_of_group =
          !other.group.empty() && (other.group == finding.group || other.group == finding.needs);
      taken[i] = taken[i] && (i == index || is_of_group);
    }
    return taken;
  }

  std::vector<TextChange> changes(const Plan& plan, const std::vector<bool>& taken) {
    std::vector<TextChange> changes;
    for (const auto& [file, composed] : compose(plan, taken)) {
      const Lines& lines = *source(file).lines;
      std::size_t end = 0;
      bool is_first = true;
      for (const Piece& piece : composed.pieces) {
        std::string text = composed.text.substr(piece.new_offset, piece.new_length);
        const Range range = lines.range(piece.old_offset, piece.old_offset + piece.old_length);
        // Clients differ in what they make of several changes at one place.
        if (!is_first && piece.old_offset == end) {
          changes.back().range.end = range.end;
          changes.back().text += text;
        } else {
          changes.push_back({.file = file, .range = range, .text = std::move(text)});
        }
        end = piece.old_offset + piece.old_length;
        is_first = false;
      }
    }
    return changes;
  }

  void point(Mark& mark, const Declared& declared, std::string_view what) {
    if (declared.file.empty()) return;
    const Source& at = source(declared.file);
    const std::string name = declared.name.substr(0, declared.name.find('('));
    const std::size_t scope = name.rfind("::");
    const std::size_t length = name.size() - (scope == std::string::npos ? 0 : scope + 2);
    mark.pointers.push_back({.file = declared.file,
                             .range = at.lines->range(declared.offset, declared.offset + length),
                             .message = "`" + name + "` " + std::string(what)});
  }

  Pointer pointer_to(const Problem& problem) {
    const std::size_t at = offset(problem.file, problem.line, problem.column);
    return {
        .file = problem.file, .range = source(problem.file).lines->range(at, at), .message = problem.message};
  }

  const std::string& file_;
  const Planned& planned_;
  Encoding encoding_;
  std::map<std::string, Source> sources_;
};

}  // namespace

std::string pack(const Report& report) {
  std::string bytes;
  llvm::raw_string_ostream out(bytes);
  Packer pass(out);
  visit(pass, report);
  return bytes;
}

std::optional<Report> unpack_report(std::string_view bytes) {
  Unpacker pass((llvm::StringRef(bytes)));
  Report report;
  visit(pass, report);
  if (!pass.is_good()) return std::nullopt;
  return report;
}

Report report_on(const std::string& file, const Planned& planned, Encoding encoding) {
  return Reporter(file, planned, encoding).report();
}

}  // namespace ferry::rewriter::lsp
