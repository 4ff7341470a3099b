#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/FormatVariadic.h>
#include <llvm/Support/JSON.h>

#include "report/burn_down.hpp"
#include "report/status.hpp"
#include "report/treemap.hpp"

namespace ferry::rewriter {
namespace {

using llvm::raw_ostream;

constexpr double kMapWidth = 960;
constexpr double kMapHeight = 420;

constexpr const char* kStyle = R"css(
:root { color-scheme: light dark; --ink: #1d2733; --soft: #5b6875; --line: #d8dee5; --paper: #ffffff; --card: #f5f7f9;
  --accent: #1f6feb; --wash: #1f6feb22; --safe: #23774a; --unsafe: #8f6500; --manual: #a83a2a; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e9ee; --soft: #9aa7b4; --line: #36414c; --paper: #14191f; --card: #1d242c; --accent: #6ea8fe;
    --wash: #6ea8fe22; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 32px 24px 64px; max-width: 1008px; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 26px; margin: 0 0 4px; }
h2 { font-size: 18px; margin: 40px 0 8px; }
p { margin: 4px 0 12px; }
.soft, .note { color: var(--soft); }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin: 20px 0; }
.card { background: var(--card); border-radius: 8px; padding: 12px 16px; }
.card b { display: block; font-size: 28px; line-height: 1.2; font-variant-numeric: tabular-nums; }
.card.safe { border-left: 4px solid var(--safe); }
.card.unsafe { border-left: 4px solid var(--unsafe); }
.card.manual { border-left: 4px solid var(--manual); }
svg { display: block; width: 100%; height: auto; }
svg text { font: 12px system-ui, sans-serif; fill: var(--ink); }
svg text.note { fill: var(--soft); font-size: 11px; }
.grid { stroke: var(--line); }
.axis { stroke: var(--soft); }
.area { fill: var(--wash); }
.line { fill: none; stroke: var(--accent); stroke-width: 2; }
.point { fill: transparent; }
.point:hover { fill: var(--accent); }
.record { fill: var(--paper); stroke: var(--ink); stroke-width: 2; }
.frame { fill: var(--card); stroke: var(--line); }
.cell { stroke: var(--paper); stroke-width: 1; }
svg text.on { fill: #ffffff; pointer-events: none; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 20px; margin: 8px 0; color: var(--soft); font-size: 13px; }
.legend i { display: inline-block; width: 12px; height: 12px; border-radius: 3px; margin-right: 6px; vertical-align: -1px; }
.legend i.dot { border-radius: 50%; border: 2px solid var(--ink); }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: 5px 10px; text-align: right; border-bottom: 1px solid var(--line); }
th:first-child, td:first-child { text-align: left; overflow-wrap: anywhere; }
thead th { color: var(--soft); font-weight: 600; }
td small { color: var(--soft); display: block; }
tfoot td { font-weight: 600; border-bottom: none; }
td.zero { color: var(--soft); }
code { font-family: ui-monospace, monospace; font-size: 13px; }
)css";

std::string escaped(std::string_view bytes) {
  std::string text;
  llvm::raw_string_ostream out(text);
  llvm::printHTMLEscaped(llvm::json::fixUTF8(llvm::StringRef(bytes)), out);
  return text;
}

// `code` between backticks, as titles of rules have it.
std::string prose(std::string_view text) {
  std::string html;
  bool is_code = false;
  for (const char c : escaped(text)) {
    if (c != '`') {
      html += c;
      continue;
    }
    is_code = !is_code;
    html += is_code ? "<code>" : "</code>";
  }
  return is_code ? html + "</code>" : html;
}

std::string places(std::size_t count) { return std::to_string(count) + (count == 1 ? " place" : " places"); }

void print_card(raw_ostream& out, llvm::StringRef kind, const std::string& value, const std::string& label) {
  out << "<div class=\"card " << kind << "\"><b>" << value << "</b>" << label << "</div>\n";
}

void print_cards(raw_ostream& out, const MigrationStatus& status) {
  const Tally all = total(status);
  out << "<div class=\"cards\">\n";
  print_card(out, "", std::to_string(all.total()),
             all.total() == 1 ? "old call site is left" : "old call sites are left");
  print_card(out, "safe", std::to_string(all.safe), "ferry fix rewrites");
  print_card(out, "unsafe", std::to_string(all.unsafe), "more with --unsafe");
  print_card(out, "manual", std::to_string(all.manual), "for a person");
  if (const auto gone = progress(status))
    print_card(
        out, "",
        llvm::formatv("{0} %", gone->now >= gone->most ? 0 : 100 * (gone->most - gone->now) / gone->most),
        "of old names gone since " + date_of(gone->when));
  out << "</div>\n";
}

void print_burn_down(raw_ostream& out, const MigrationStatus& status) {
  const std::string chart = burn_down(status.history);
  out << "<h2>Burn-down</h2>\n";
  if (chart.empty()) {
    out << "<p class=\"soft\">There is no history to draw yet.</p>\n";
    return;
  }
  const bool has_mentions =
      std::ranges::any_of(status.history, [](const Measure& m) { return m.mentions.has_value(); });
  const bool has_records =
      std::ranges::any_of(status.history, [](const Measure& m) { return m.findings.has_value(); });
  out << chart << "<div class=\"legend\">";
  if (has_mentions)
    out << "<span><i style=\"background: var(--accent)\"></i>mentions of old names in the code of each "
           "revision, counted "
           "as text</span>";
  if (has_records) out << "<span><i class=\"dot\"></i>old call sites that ferry found and recorded</span>";
  out << "</div>\n";
  if (!status.not_counted.empty()) {
    out << "<p class=\"soft\">Not counted, as they are used for other things, too: ";
    for (std::size_t i = 0; i < status.not_counted.size(); ++i)
      out << (i == 0 ? "" : ", ") << "<code>" << escaped(status.not_counted[i]) << "</code>";
    out << ".</p>\n";
  }
}

// Mixed of the three colours as the places are; dark enough for white letters.
std::string color_of(const Tally& tally) {
  constexpr std::array<std::array<double, 3>, 3> kColors = {{{35, 119, 74}, {143, 101, 0}, {168, 58, 42}}};
  const std::array<std::size_t, 3> counts = {tally.safe, tally.unsafe, tally.manual};
  std::array<unsigned, 3> mixed{};
  for (std::size_t channel = 0; channel < 3; ++channel) {
    double sum = 0;
    for (std::size_t i = 0; i < 3; ++i) sum += static_cast<double>(counts[i]) * kColors[i][channel];
    mixed[channel] = static_cast<unsigned>(std::lround(sum / static_cast<double>(tally.total())));
  }
  return llvm::formatv("#{0:x-2}{1:x-2}{2:x-2}", mixed[0], mixed[1], mixed[2]);
}

// As much of a text as fits, by a guess at how wide its characters are.
std::string fitting(const std::string& text, double width) {
  const auto most = static_cast<std::size_t>(std::max(0.0, (width - 8) / 6.8));
  if (text.size() <= most) return text;
  return most < 4 ? std::string() : text.substr(0, most - 1) + "…";
}

void print_area(raw_ostream& out, const Area& area) {
  const Box& box = area.box;
  out << llvm::formatv("<g><title>{0}: {1} ({2} safe, {3} unsafe, {4} manual)</title>", escaped(area.path),
                       places(area.tally.total()), area.tally.safe, area.tally.unsafe, area.tally.manual)
      << llvm::formatv(
             "<rect class=\"{0}\" x=\"{1:f1}\" y=\"{2:f1}\" width=\"{3:f1}\" height=\"{4:f1}\" rx=\"3\"",
             area.is_frame ? "frame" : "cell", box.x, box.y, box.width, box.height);
  if (!area.is_frame) out << " style=\"fill: " << color_of(area.tally) << "\"";
  out << "/>";
  const std::string label = fitting(area.label, box.width);
  if (!label.empty() && box.height >= 18)
    out << llvm::formatv("<text{0} x=\"{1:f1}\" y=\"{2:f1}\">", area.is_frame ? "" : " class=\"on\"",
                         box.x + 5, box.y + 14)
        << escaped(label) << "</text>";
  if (!area.is_frame && box.height >= 36 && box.width >= 30)
    out << llvm::formatv("<text class=\"on\" x=\"{0:f1}\" y=\"{1:f1}\">", box.x + 5, box.y + 30)
        << fitting(std::to_string(area.tally.total()), box.width) << "</text>";
  out << "</g>\n";
}

void print_treemap(raw_ostream& out, const MigrationStatus& status) {
  const std::vector<Area> areas =
      treemap(status.files, {.x = 0, .y = 0, .width = kMapWidth, .height = kMapHeight});
  if (areas.empty()) return;
  out << "<h2>By directory</h2>\n"
      << llvm::formatv("<svg viewBox=\"0 0 {0} {1}\" role=\"img\" aria-labelledby=\"treemap\">\n", kMapWidth,
                       kMapHeight)
      << "<title id=\"treemap\">Old call sites by directory; the table below has the same numbers</title>\n";
  for (const Area& area : areas) print_area(out, area);
  out << "</svg>\n<div class=\"legend\"><span><i style=\"background: var(--safe)\"></i>safe</span>"
         "<span><i style=\"background: var(--unsafe)\"></i>unsafe</span>"
         "<span><i style=\"background: var(--manual)\"></i>manual</span>"
         "<span>an area is as large as its number of places, and its colour is mixed from "
         "theirs</span></div>\n";
}

void print_number(raw_ostream& out, std::size_t number) {
  out << (number == 0 ? "<td class=\"zero\">" : "<td>") << number << "</td>";
}

void print_numbers(raw_ostream& out, const Tally& tally) {
  for (const std::size_t number : {tally.safe, tally.unsafe, tally.manual, tally.total()})
    print_number(out, number);
  out << "</tr>\n";
}

void print_table(raw_ostream& out, llvm::StringRef what, const std::map<std::string, Tally>& table,
                 const std::map<std::string, std::string>& titles) {
  std::vector<std::pair<std::string, Tally>> rows(table.begin(), table.end());
  std::ranges::stable_sort(rows,
                           [](const auto& a, const auto& b) { return a.second.total() > b.second.total(); });
  out << "<table>\n<thead><tr><th scope=\"col\">" << what
      << "</th><th scope=\"col\">safe</th><th scope=\"col\">unsafe</th><th scope=\"col\">manual</th><th "
         "scope=\"col\">total"
         "</th></tr></thead>\n<tbody>\n";
  Tally all;
  for (const auto& [name, tally] : rows) {
    out << "<tr><td>" << escaped(name);
    if (const auto title = titles.find(name); title != titles.end())
      out << "<small>" << prose(title->second) << "</small>";
    out << "</td>";
    print_numbers(out, tally);
    all += tally;
  }
  out << "</tbody>\n<tfoot><tr><td>all</td>";
  print_numbers(out, all);
  out << "</tfoot>\n</table>\n";
}

}  // namespace

void print_status_html(raw_ostream& out, const MigrationStatus& status) {
  const std::string name = escaped(status.project);
  out << "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
         "'unsafe-inline'\">\n"
         "<title>Migration of "
      << name << "</title>\n<style>" << kStyle << "</style>\n</head>\n<body>\n<h1>Migration of " << name
      << "</h1>\n";
  if (!status.history.empty())
    out << "<p class=\"soft\">As of " << date_of(status.history.back().time) << ", <code>"
        << escaped(status.history.back().commit.substr(0, 10)) << "</code></p>\n";
  if (status.errors != 0)
    out << "<p>Not everything could be analysed: there may be more than this page knows of.</p>\n";
  print_cards(out, status);
  print_burn_down(out, status);
  if (total(status).total() != 0) {
    print_treemap(out, status);
    print_table(out, "directory", by_directory(status), {});
    out << "<h2>By rule</h2>\n";
    print_table(out, "rule", status.rules, status.titles);
  }
  out << "</body>\n</html>\n";
}

}  // namespace ferry::rewriter
