#include "lsp/actions.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include <llvm/ADT/StringRef.h>

#include "lsp/uri.hpp"
#include "model/compose.hpp"

namespace ferry::rewriter::lsp {
namespace {

namespace json = llvm::json;

// The protocol's numbers.
constexpr int kWarning = 2;
constexpr int kInformation = 3;
constexpr int kUnnecessary = 1;
constexpr int kDeprecated = 2;

constexpr llvm::StringLiteral kQuickFix = "quickfix";
constexpr llvm::StringLiteral kFixAll = "source.fixAll.ferry";

std::string uri_in(const Documents& documents, const std::string& file) {
  const auto open = documents.find(file);
  return open == documents.end() ? uri_of(file) : open->second.uri;
}

json::Value to_json(const Pointer& pointer, const Documents& documents) {
  return json::Object{{"location", json::Object{{"uri", uri_in(documents, pointer.file)},
                                                {"range", lsp::to_json(pointer.range)}}},
                      {"message", json::fixUTF8(pointer.message)}};
}

bool is_about_suppressions(const Mark& mark) { return mark.rule.starts_with("NOLINT-"); }

json::Value to_json(const Mark& mark, const Documents& documents, const Client& client) {
  std::string message = mark.message;
  if (mark.applicability == Applicability::Unsafe) message += " (unsafe: behaviour may change)";
  if (mark.changes.empty() && !mark.reason.empty()) message += "; " + mark.reason;
  json::Object diagnostic{{"range", lsp::to_json(mark.range)},
                          {"severity", mark.is_remark ? kInformation : kWarning},
                          {"code", mark.rule},
                          {"source", "ferry"},
                          {"message", json::fixUTF8(message)}};
  if (client.takes_tags && is_about_suppressions(mark))
    diagnostic["tags"] = json::Array{kUnnecessary};
  else if (client.takes_tags && !mark.is_remark)
    diagnostic["tags"] = json::Array{kDeprecated};
  if (client.takes_pointers && !mark.pointers.empty()) {
    json::Array pointers;
    for (const Pointer& pointer : mark.pointers) pointers.push_back(to_json(pointer, documents));
    diagnostic["relatedInformation"] = std::move(pointers);
  }
  return diagnostic;
}

bool is_asked(const Asked& asked, llvm::StringRef kind) {
  return !asked.only || std::ranges::any_of(*asked.only, [&](llvm::StringRef wanted) {
    return wanted.empty() || kind == wanted || kind.starts_with(wanted.str() + ".");
  });
}

bool overlap(const Range& a, const Range& b) { return a.start <= b.end && b.start <= a.end; }

json::Object action(const std::string& title, llvm::StringRef kind, const std::vector<TextChange>& changes,
                    const Documents& documents, const Client& client) {
  return json::Object{
      {"title", json::fixUTF8(title)}, {"kind", kind}, {"edit", to_edit(changes, documents, client)}};
}

}  // namespace

TextChange to_change(const Edit& edit, const Document& document, Encoding encoding) {
  return {.file = edit.file,
          .range = Lines(document.text, encoding).range(edit.offset, edit.offset + edit.length),
          .text = with_line_ends_of(document.text, edit.replacement)};
}

json::Value to_edit(const std::vector<TextChange>& changes, const Documents& documents,
                    const Client& client) {
  std::map<std::string, json::Array> by_file;
  for (const TextChange& change : changes)
    by_file[change.file].push_back(
        json::Object{{"range", lsp::to_json(change.range)}, {"newText", json::fixUTF8(change.text)}});
  if (!client.takes_versioned_edits) {
    json::Object edits;
    for (auto& [file, list] : by_file) edits[uri_in(documents, file)] = std::move(list);
    return json::Object{{"changes", std::move(edits)}};
  }
  json::Array edits;
  for (auto& [file, list] : by_file) {
    const auto open = documents.find(file);
    json::Value version = nullptr;
    if (open != documents.end() && open->second.version) version = *open->second.version;
    edits.push_back(json::Object{
        {"textDocument", json::Object{{"uri", uri_in(documents, file)}, {"version", std::move(version)}}},
        {"edits", std::move(list)}});
  }
  return json::Object{{"documentChanges", std::move(edits)}};
}

json::Value diagnostics_of(const Document& document, const Documents& documents, const Client& client) {
  json::Array diagnostics;
  if (document.report) {
    for (const Mark& mark : document.report->marks) diagnostics.push_back(to_json(mark, documents, client));
    for (const Pointer& problem : document.report->problems)
      diagnostics.push_back(json::Object{{"range", lsp::to_json(problem.range)},
                                         {"severity", kInformation},
                                         {"source", "ferry"},
                                         {"message", json::fixUTF8(problem.message)}});
  }
  json::Object params{{"uri", document.uri}, {"diagnostics", std::move(diagnostics)}};
  if (client.takes_versions && document.version) params["version"] = *document.version;
  return params;
}

json::Array actions_for(const Document& document, const Asked& asked, const Documents& documents,
                        const Client& client, const Suppress& suppress) {
  json::Array actions;
  if (!document.report) return actions;
  const Report& report = *document.report;
  std::map<unsigned, std::vector<const Mark*>> by_line;
  for (const Mark& mark : report.marks) {
    if (!overlap(mark.range, asked.range)) continue;
    if (!is_about_suppressions(mark)) by_line[mark.line].push_back(&mark);
    if (mark.changes.empty() || !is_asked(asked, kQuickFix)) continue;
    const bool is_safe = mark.applicability == Applicability::Safe;
    json::Object fix =
        action(mark.rule + (is_safe ? ": " : " (unsafe: behaviour may change): ") + mark.message, kQuickFix,
               mark.changes, documents, client);
    fix["isPreferred"] = is_safe;
    fix["diagnostics"] = json::Array{to_json(mark, documents, client)};
    actions.push_back(std::move(fix));
  }
  if (is_asked(asked, kQuickFix))
    for (const auto& [line, marks] : by_line) {
      const Edit edit = suppress(document, marks);
      std::set<std::string> rules;
      json::Array diagnostics;
      for (const Mark* mark : marks) {
        rules.insert(mark->rule);
        diagnostics.push_back(to_json(*mark, documents, client));
      }
      std::string names;
      for (const std::string& rule : rules) names += (names.empty() ? "" : ", ") + rule;
      json::Object accept = action("Suppress " + names + " in this line with NOLINT", kQuickFix,
                                   {to_change(edit, document, client.encoding)}, documents, client);
      accept["diagnostics"] = std::move(diagnostics);
      actions.push_back(std::move(accept));
    }
  if (!report.all_safe.empty() && is_asked(asked, kFixAll))
    actions.push_back(
        action("Fix all that ferry finds safe in this file (" + std::to_string(report.safe) + ")", kFixAll,
               report.all_safe, documents, client));
  return actions;
}

}  // namespace ferry::rewriter::lsp
