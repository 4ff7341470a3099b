#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <llvm/ADT/StringRef.h>
#include <llvm/Support/ConvertUTF.h>
#include <llvm/Support/JSON.h>

#include "model/compose.hpp"
#include "model/fingerprint.hpp"
#include "model/scope.hpp"
#include "report/json_text.hpp"
#include "report/report.hpp"
#include "support/uri.hpp"

namespace ferry::rewriter {
namespace {

using llvm::json::OStream;

constexpr llvm::StringLiteral kSchema = "https://json.schemastore.org/sarif-2.1.0.json";
constexpr llvm::StringLiteral kBase = "SRCROOT";

std::string file_uri(std::string_view path, bool is_directory) {
  return "file://" + uri_path(path) + (is_directory && !path.ends_with('/') ? "/" : "");
}

llvm::StringRef level_of(Applicability applicability) {
  return applicability == Applicability::Manual ? "note" : "warning";
}

// Columns in UTF-16 code units, as most readers count; a byte that is no UTF-8 counts as one.
class Columns {
 public:
  explicit Columns(const Texts& texts) : texts_(texts) {}

  unsigned of(const std::string& file, unsigned line, unsigned byte_column) {
    const std::string_view content = line_of(file, line);
    const std::string_view before = content.substr(0, std::min<std::size_t>(byte_column - 1, content.size()));
    unsigned units = byte_column - 1 - static_cast<unsigned>(before.size());
    for (std::size_t at = 0; at < before.size();) {
      const auto* bytes = reinterpret_cast<const llvm::UTF8*>(before.data() + at);
      const std::size_t length = llvm::getNumBytesForUTF8(*bytes);
      const bool is_valid =
          at + length <= before.size() && llvm::isLegalUTF8Sequence(bytes, bytes + before.size() - at);
      units += is_valid && length == 4 ? 2 : 1;
      at += is_valid ? length : 1;
    }
    return units + 1;
  }

  Position of(const std::string& file, std::size_t offset) {
    Position place = position_of(texts_.at(file), offset);
    place.column = of(file, place.line, place.column);
    return place;
  }

 private:
  std::string_view line_of(const std::string& file, unsigned line) {
    const auto content = texts_.find(file);
    if (content == texts_.end() || line == 0) return {};
    std::vector<std::size_t>& begins = begins_[file];
    if (begins.empty()) {
      begins.push_back(0);
      for (std::size_t at = 0; (at = content->second.find('\n', at)) != std::string::npos;)
        begins.push_back(++at);
    }
    if (line > begins.size()) return {};
    const std::string_view all = content->second;
    return all.substr(begins[line - 1],
                      line < begins.size() ? begins[line] - begins[line - 1] : std::string::npos);
  }

  const Texts& texts_;
  std::map<std::string, std::vector<std::size_t>> begins_;  // of lines
};

class Log {
 public:
  Log(llvm::raw_ostream& out, const Outcome& outcome, const ReportOptions& options)
      : json_(out, /*IndentSize=*/2), outcome_(outcome), options_(options), columns_(outcome.plan.texts) {
    rules_ = options.rules;
    for (const PlannedFinding& planned : outcome.plan.findings) add_rule(planned.finding);
    std::ranges::sort(rules_, {}, &Rule::id);
  }

  void print() {
    json_.object([&] {
      json_.attribute("$schema", kSchema);
      json_.attribute("version", "2.1.0");
      json_.attributeArray("runs", [&] { json_.object([&] { print_run(); }); });
    });
  }

 private:
  // A rule that an annotation defines has no card.
  void add_rule(const Finding& finding) {
    if (std::ranges::find(rules_, finding.rule, &Rule::id) != rules_.end()) return;
    rules_.push_back(
        {.id = finding.rule, .pack = {}, .applicability = finding.applicability, .title = {}, .card = {}});
  }

  void print_run() {
    json_.attributeObject("tool", [&] {
      json_.attributeObject("driver", [&] {
        json_.attribute("name", "ferry");
        if (!options_.version.empty()) json_.attribute("semanticVersion", options_.version);
        json_.attributeArray("rules", [&] {
          for (const Rule& rule : rules_) json_.object([&] { print_rule(rule); });
        });
      });
    });
    json_.attributeArray("invocations", [&] { json_.object([&] { print_invocation(); }); });
    json_.attributeObject("originalUriBaseIds", [&] {
      json_.attributeObject(kBase, [&] { json_.attribute("uri", file_uri(options_.root, true)); });
    });
    json_.attribute("columnKind", "utf16CodeUnits");
    json_.attributeArray("results", [&] { print_results(); });
  }

  void print_rule(const Rule& rule) {
    json_.attribute("id", json_text(rule.id));
    if (!rule.title.empty())
      json_.attributeObject("shortDescription", [&] { json_.attribute("text", json_text(rule.title)); });
    if (!rule.card.empty())
      json_.attributeObject("help", [&] { json_.attribute("text", json_text(rule.card)); });
    json_.attributeObject("defaultConfiguration",
                          [&] { json_.attribute("level", level_of(rule.applicability)); });
    json_.attributeObject("properties", [&] {
      json_.attribute("applicability", json_text(to_string(rule.applicability)));
      if (!rule.pack.empty()) json_.attributeArray("tags", [&] { json_.value(json_text(rule.pack)); });
    });
  }

  void print_invocation() {
    json_.attribute("executionSuccessful", outcome_.plan.problems.empty());
    json_.attribute("exitCode", options_.exit_status);
    json_.attributeArray("toolExecutionNotifications", [&] {
      for (const Problem& problem : outcome_.plan.problems) print_notification("error", problem);
      for (const Unjudged& name : outcome_.plan.unjudged)
        print_notification("note",
                           {.file = name.file,
                            .line = name.line,
                            .column = name.column,
                            .message = "`" + name.name + "` is not judged: it stands " + name.reason});
    });
  }

  void print_notification(llvm::StringRef level, const Problem& problem) {
    json_.object([&] {
      json_.attribute("level", level);
      json_.attributeObject("message", [&] { json_.attribute("text", json_text(problem.message)); });
      if (!problem.file.empty() && problem.file != options_.root)
        json_.attributeArray("locations", [&] {
          json_.object([&] {
            json_.attributeObject("physicalLocation", [&] {
              print_artifact(problem.file);
              if (problem.line != 0)
                json_.attributeObject("region", [&] {
                  json_.attribute("startLine", problem.line);
                  if (problem.column != 0)
                    json_.attribute("startColumn", columns_.of(problem.file, problem.line, problem.column));
                });
            });
          });
        });
    });
  }

  void print_artifact(const std::string& file) {
    json_.attributeObject("artifactLocation", [&] {
      if (is_below(file, options_.root)) {
        json_.attribute("uri", uri_path(relative_to(file, options_.root)));
        json_.attribute("uriBaseId", kBase);
      } else {
        json_.attribute("uri", file_uri(file, false));
      }
    });
  }

  void print_region(Position begin, Position end) {
    json_.attribute("startLine", begin.line);
    json_.attribute("startColumn", begin.column);
    json_.attribute("endLine", end.line);
    json_.attribute("endColumn", end.column);
  }

  void print_results() {
    const std::vector<PlannedFinding>& findings = outcome_.plan.findings;
    const std::vector<std::string> ids = fingerprints(outcome_.plan, options_.root);
    for (std::size_t i = 0; i < findings.size(); ++i) {
      // What has been rewritten is no result any more.
      if (is_fixed(findings[i], options_)) continue;
      json_.object([&] { print_result(findings[i], ids[i]); });
    }
    for (const GoneEntry& gone : outcome_.gone) json_.object([&] { print_gone(gone.entry); });
  }

  void print_rule_of(const std::string& id) {
    json_.attribute("ruleId", json_text(id));
    const auto rule = std::ranges::find(rules_, id, &Rule::id);
    if (rule != rules_.end()) json_.attribute("ruleIndex", static_cast<std::int64_t>(rule - rules_.begin()));
  }

  void print_result(const PlannedFinding& planned, const std::string& fingerprint) {
    const Finding& finding = planned.finding;
    print_rule_of(finding.rule);
    json_.attribute("level", level_of(finding.applicability));
    json_.attributeObject("message", [&] { json_.attribute("text", json_text(finding.message)); });
    json_.attributeArray("locations", [&] {
      json_.object([&] {
        json_.attributeObject("physicalLocation", [&] {
          print_artifact(finding.file);
          json_.attributeObject("region", [&] {
            print_region({finding.line, columns_.of(finding.file, finding.line, finding.column)},
                         {finding.end_line, columns_.of(finding.file, finding.end_line, finding.end_column)});
          });
        });
      });
    });
    json_.attributeObject("partialFingerprints", [&] { json_.attribute("ferry/v1", fingerprint); });
    // With a baseline, every result has a state; one that the source accepts is news to nobody.
    if (outcome_.has_baseline)
      json_.attribute("baselineState", planned.is_known || planned.suppression ? "unchanged" : "new");
    // An empty list says that there is none; without it nobody would know.
    json_.attributeArray("suppressions", [&] {
      if (planned.suppression) json_.object([&] { print_suppression(planned); });
    });
    if (!finding.edits.empty() && planned.decision != Decision::Withheld)
      json_.attributeArray("fixes", [&] { json_.object([&] { print_fix(finding); }); });
    json_.attributeObject("properties", [&] {
      json_.attribute("applicability", json_text(to_string(finding.applicability)));
      if (!planned.reason.empty()) json_.attribute("reason", json_text(planned.reason));
    });
  }

  void print_suppression(const PlannedFinding& planned) {
    const Suppression& suppression = *planned.suppression;
    json_.attribute("kind", "inSource");
    json_.attribute("status", "accepted");
    if (!suppression.reason.empty()) json_.attribute("justification", json_text(suppression.reason));
    json_.attributeObject("location", [&] {
      json_.attributeObject("physicalLocation", [&] {
        print_artifact(planned.finding.file);
        json_.attributeObject("region", [&] {
          json_.attribute("startLine", suppression.line);
          json_.attribute("startColumn",
                          columns_.of(planned.finding.file, suppression.line, suppression.column));
        });
      });
    });
  }

  // Its edits, by file: all of them or none.
  void print_fix(const Finding& finding) {
    std::map<std::string_view, std::vector<const Edit*>> by_file;
    for (const Edit& edit : finding.edits)
      if (outcome_.plan.texts.contains(edit.file)) by_file[edit.file].push_back(&edit);
    json_.attributeArray("artifactChanges", [&] {
      for (auto& [file, edits] : by_file)
        json_.object([&] {
          print_artifact(std::string(file));
          json_.attributeArray("replacements", [&] {
            for (const Edit* edit : edits) json_.object([&] { print_replacement(*edit); });
          });
        });
    });
  }

  void print_replacement(const Edit& edit) {
    json_.attributeObject("deletedRegion", [&] {
      print_region(columns_.of(edit.file, edit.offset), columns_.of(edit.file, edit.offset + edit.length));
    });
    if (!edit.replacement.empty())
      json_.attributeObject("insertedContent", [&] {
        json_.attribute("text",
                        json_text(with_line_ends_of(outcome_.plan.texts.at(edit.file), edit.replacement)));
      });
  }

  void print_gone(const BaselineEntry& entry) {
    print_rule_of(entry.rule);
    json_.attribute("kind", "pass");
    json_.attribute("level", "none");
    json_.attributeObject(
        "message", [&] { json_.attribute("text", json_text("gone since the baseline: " + entry.line)); });
    json_.attributeArray("locations", [&] {
      json_.object([&] {
        json_.attributeObject("physicalLocation", [&] {
          json_.attributeObject("artifactLocation", [&] {
            json_.attribute("uri", uri_path(entry.file));
            json_.attribute("uriBaseId", kBase);
          });
        });
      });
    });
    json_.attribute("baselineState", "absent");
  }

  OStream json_;
  const Outcome& outcome_;
  const ReportOptions& options_;
  Columns columns_;
  Rules rules_;  // of the driver: those with cards and those that were found
};

}  // namespace

void print_sarif(llvm::raw_ostream& out, const Outcome& outcome, const ReportOptions& options) {
  Log(out, outcome, options).print();
  out << '\n';
}

}  // namespace ferry::rewriter
