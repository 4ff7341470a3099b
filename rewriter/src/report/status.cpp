#include "report/status.hpp"

#include <algorithm>
#include <cstdint>
#include <set>
#include <string_view>

#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/FormatVariadic.h>
#include <llvm/Support/JSON.h>
#include <llvm/Support/Path.h>

#include "model/scope.hpp"
#include "report/json_text.hpp"
#include "report/printable.hpp"
#include "report/status_page.hpp"

namespace ferry::rewriter {
namespace {

using llvm::json::OStream;

constexpr std::size_t kMostRows = 20;

bool is_counted(const PlannedFinding& planned) {
  return planned.decision != Decision::Dropped && !planned.finding.rule.starts_with("NOLINT-");
}

std::string directory_of(const std::string& file) {
  const std::string directory = llvm::sys::path::parent_path(file).str();
  return directory.empty() ? "." : directory;
}

std::vector<StatusRow> rows_of(std::map<std::string, StatusRow> by_name) {
  std::vector<StatusRow> rows;
  for (auto& [name, row] : by_name) {
    row.name = name;
    rows.push_back(std::move(row));
  }
  return rows;
}

// --- the table
// ---------------------------------------------------------------------------------------------------

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + " " + std::string(count == 1 ? one : many);
}

std::string short_revision(const std::string& revision) {
  return revision.empty() ? "work tree" : revision.substr(0, 10);
}

void print_counts(llvm::raw_ostream& out, const Counts& counts) {
  out << llvm::formatv("{0,8}{1,8}{2,8}{3,8}", counts.safe, counts.unsafe, counts.manual, counts.total());
}

struct Column {
  std::string heading;
  std::vector<std::string> cells;

  std::size_t width() const {
    std::size_t width = heading.size();
    for (const std::string& cell : cells) width = std::max(width, cell.size());
    return width;
  }
};

void print_heading(llvm::raw_ostream& out, const Column& names, std::string_view more) {
  out << names.heading << std::string(names.width() - names.heading.size(), ' ')
      << llvm::formatv("{0,8}{1,8}{2,8}{3,8}", "safe", "unsafe", "manual", "total") << std::string(more)
      << '\n';
}

void print_name(llvm::raw_ostream& out, const Column& names, std::size_t row) {
  out << names.cells[row] << std::string(names.width() - names.cells[row].size(), ' ');
}

void print_rules(llvm::raw_ostream& out, const std::vector<StatusRow>& rules) {
  Column names{.heading = "rule", .cells = {}};
  for (const StatusRow& rule : rules) names.cells.push_back(printable(rule.name));
  print_heading(out, names, "  what");
  for (std::size_t row = 0; row < rules.size(); ++row) {
    print_name(out, names, row);
    print_counts(out, rules[row].counts);
    if (!rules[row].title.empty()) out << "  " << printable(rules[row].title);
    out << '\n';
  }
  out << '\n';
}

void print_directories(llvm::raw_ostream& out, std::vector<StatusRow> rows) {
  std::ranges::sort(rows, [](const StatusRow& a, const StatusRow& b) {
    return a.counts.total() != b.counts.total() ? a.counts.total() > b.counts.total() : a.name < b.name;
  });
  std::size_t others = 0;
  while (!rows.empty() && rows.back().counts.total() == 0) rows.pop_back(), ++others;
  const std::size_t shown = std::min(rows.size(), kMostRows);
  Column names{.heading = "directory", .cells = {}};
  for (std::size_t row = 0; row < shown; ++row) names.cells.push_back(printable(rows[row].name));
  print_heading(out, names, "   lines  per 1000 lines");
  for (std::size_t row = 0; row < shown; ++row) {
    print_name(out, names, row);
    print_counts(out, rows[row].counts);
    const double density = 1000.0 * static_cast<double>(rows[row].counts.total()) /
                           static_cast<double>(std::max<std::size_t>(rows[row].lines, 1));
    out << llvm::formatv("{0,8}{1,16:F1}\n", rows[row].lines, density);
  }
  if (rows.size() > shown) out << "and " << rows.size() - shown << " more with old call sites\n";
  if (others != 0) out << counted(others, "directory has", "directories have") << " none\n";
  out << '\n';
}

void print_history(llvm::raw_ostream& out, const std::vector<Sample>& history) {
  if (history.empty()) return;
  Column names{.heading = "commit", .cells = {}};
  for (const Sample& sample : history)
    names.cells.push_back(sample.date.substr(0, 10) + "  " + short_revision(sample.revision));
  print_heading(out, names, "  message");
  for (std::size_t row = 0; row < history.size(); ++row) {
    const Sample& sample = history[row];
    print_name(out, names, row);
    print_counts(out, sample.counts);
    out << "  " << printable(sample.subject);
    if (sample.errors != 0)
      out << " (" << counted(sample.errors, "error", "errors") << ": there may be more)";
    out << '\n';
  }
  out << '\n';
}

// --- JSON
// --------------------------------------------------------------------------------------------------------

std::int64_t number(std::size_t count) { return static_cast<std::int64_t>(count); }

void print_counts(OStream& json, const Counts& counts) {
  json.attribute("findings", number(counts.total()));
  json.attribute("safe", number(counts.safe));
  json.attribute("unsafe", number(counts.unsafe));
  json.attribute("manual", number(counts.manual));
}

void print_rows(OStream& json, llvm::StringRef name, const std::vector<StatusRow>& rows, auto print_row) {
  json.attributeArray(name, [&] {
    for (const StatusRow& row : rows) json.object([&] { print_row(row); });
  });
}

void print_status(OStream& json, const Status& status) {
  json.attribute("version", 1);
  json.attribute("project", json_text(status.project));
  json.attribute("revision", json_text(status.revision));
  json.attribute("date", json_text(status.date));
  json.attributeObject("summary", [&] {
    print_counts(json, status.counts);
    json.attribute("rewritten", number(status.rewritten));
    json.attribute("rewritten_unsafe", number(status.rewritten_unsafe));
    json.attribute("suppressed", number(status.suppressed));
    std::size_t files = 0;
    std::size_t lines = 0;
    for (const StatusRow& row : status.files) files += row.files, lines += row.lines;
    json.attribute("files", number(files));
    json.attribute("files_read", number(status.files.size()));
    json.attribute("lines", number(lines));
    json.attribute("errors", number(status.problems.size()));
  });
  print_rows(json, "rules", status.rules, [&](const StatusRow& row) {
    json.attribute("rule", json_text(row.name));
    json.attribute("title", json_text(row.title));
    print_counts(json, row.counts);
    json.attribute("files", number(row.files));
  });
  print_rows(json, "directories", status.directories, [&](const StatusRow& row) {
    json.attribute("directory", json_text(row.name));
    print_counts(json, row.counts);
    json.attribute("files", number(row.files));
    json.attribute("lines", number(row.lines));
  });
  print_rows(json, "files", status.files, [&](const StatusRow& row) {
    json.attribute("file", json_text(row.name));
    print_counts(json, row.counts);
    json.attribute("lines", number(row.lines));
  });
  json.attributeArray("history", [&] {
    for (const Sample& sample : status.history)
      json.object([&] {
        json.attribute("revision", json_text(sample.revision));
        json.attribute("date", json_text(sample.date));
        json.attribute("subject", json_text(sample.subject));
        print_counts(json, sample.counts);
        json.attribute("suppressed", number(sample.suppressed));
        json.attribute("errors", number(sample.errors));
      });
  });
  json.attributeArray("errors", [&] {
    for (const Problem& problem : status.problems)
      json.object([&] {
        json.attribute("file", json_text(problem.file));
        json.attribute("line", problem.line);
        json.attribute("column", problem.column);
        json.attribute("message", json_text(problem.message));
      });
  });
}

// What stands in an element of a page: nothing in it can end the element.
std::string for_html(llvm::StringRef text) {
  std::string result;
  llvm::raw_string_ostream out(result);
  llvm::printHTMLEscaped(text, out);
  return result;
}

}  // namespace

void Counts::add(Applicability applicability) {
  ++(applicability == Applicability::Safe ? safe : applicability == Applicability::Unsafe ? unsafe : manual);
}

void Counts::add(const Counts& other) {
  safe += other.safe;
  unsafe += other.unsafe;
  manual += other.manual;
}

Status status_of(const Plan& plan, const std::map<std::string, std::size_t>& lines, const std::string& root,
                 const Rules& rules) {
  Status status{.project = llvm::sys::path::filename(root).str(), .problems = plan.problems};
  for (Problem& problem : status.problems) problem.file = relative_to(problem.file, root);
  std::map<std::string, StatusRow> by_rule;
  std::map<std::string, StatusRow> by_file;
  for (const auto& [file, count] : lines) by_file[relative_to(file, root)].lines = count;
  std::set<std::pair<std::string, std::string>> seen;  // rule and file
  for (const PlannedFinding& planned : plan.findings) {
    if (!is_counted(planned)) continue;
    if (planned.decision == Decision::Suppressed) {
      ++status.suppressed;
      continue;
    }
    const Finding& finding = planned.finding;
    const std::string file = relative_to(finding.file, root);
    status.counts.add(finding.applicability);
    by_rule[finding.rule].counts.add(finding.applicability);
    if (seen.emplace(finding.rule, file).second) ++by_rule[finding.rule].files;
    by_file[file].counts.add(finding.applicability);
    by_file[file].files = 1;
  }
  for (const Rule& rule : rules)
    if (const auto row = by_rule.find(rule.id); row != by_rule.end()) row->second.title = rule.title;
  std::map<std::string, StatusRow> by_directory;
  for (const auto& [file, row] : by_file) {
    StatusRow& directory = by_directory[directory_of(file)];
    directory.counts.add(row.counts);
    directory.files += row.files;
    directory.lines += row.lines;
  }
  status.rules = rows_of(std::move(by_rule));
  status.directories = rows_of(std::move(by_directory));
  status.files = rows_of(std::move(by_file));
  return status;
}

void print_status_table(llvm::raw_ostream& out, const Status& status) {
  if (!status.rules.empty()) {
    print_rules(out, status.rules);
    print_directories(out, status.directories);
  }
  print_history(out, status.history);
  const auto files = static_cast<std::size_t>(
      std::ranges::count_if(status.files, [](const StatusRow& row) { return row.files != 0; }));
  if (status.counts.total() == 0)
    out << "No old call sites in " << counted(status.files.size(), "file", "files") << ".\n";
  else
    out << counted(status.counts.total(), "old call site", "old call sites") << " in " << files << " of "
        << counted(status.files.size(), "file", "files") << ": `ferry fix` rewrites " << status.rewritten
        << ", with --unsafe " << status.rewritten_unsafe << "; "
        << status.counts.total() - std::min(status.counts.total(), status.rewritten_unsafe)
        << " left to a person.\n";
  if (status.suppressed != 0) out << "Comments suppress " << status.suppressed << " more.\n";
}

void print_status_json(llvm::raw_ostream& out, const Status& status) {
  OStream json(out, /*IndentSize=*/2);
  json.object([&] { print_status(json, status); });
  out << '\n';
}

void print_status_html(llvm::raw_ostream& out, const Status& status) {
  std::string data;
  llvm::raw_string_ostream data_out(data);
  OStream json(data_out);
  json.object([&] { print_status(json, status); });
  // In a script element only `<` could mean something.
  std::string escaped;
  for (const char c : data) c == '<' ? escaped += "\\u003c" : escaped += c;
  const std::string program = "ferry " + status.version;
  const std::pair<std::string_view, std::string> marks[] = {
      {"{{project}}", for_html(llvm::json::fixUTF8(status.project))},
      {"{{program}}", for_html(program)},
      {"{{data}}", escaped}};
  for (std::string_view rest = status_page(); !rest.empty();) {
    const auto* next = &marks[0];
    std::size_t at = std::string_view::npos;
    for (const auto& mark : marks)
      if (const std::size_t found = rest.find(mark.first); found < at) at = found, next = &mark;
    out << rest.substr(0, at);
    if (at == std::string_view::npos) return;
    out << next->second;
    rest.remove_prefix(at + next->first.size());
  }
}

}  // namespace ferry::rewriter
