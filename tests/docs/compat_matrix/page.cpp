#include "page.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>

namespace ferry::matrix {
namespace {

constexpr const char* kIntroduction = R"(# The 0.2 API, row by row

Every identifier that changed between 0.2 and 1.x, and every one that did not, as `ferry::v0_2` has it. Generated from the
annotations of the declarations in `compat/include` and from `compat/matrix`; `ferry-compat-matrix --write` writes it anew, and a
test fails when a row is missing, when a spelling does not exist or when no test pins a row.

*Safe*, *unsafe* and *manual* say how `ferry fix` treats a use ([The command line](cli.md)); where the use decides what becomes of it, and
`ferry rules` has no rule of the row yet, every use is shown as *manual*, whatever stands here. Names begin with `ferry::`. *same* is one entity under
both names, *new* what only 1.x has. A row of `ferry explain` has the same identifier.
)";

std::string code(const std::string& text) { return "`" + text + "`"; }

/// For a cell of a table.
std::string cell(std::string text) {
  for (std::size_t at = 0; (at = text.find('|', at)) != text.npos; at += 2) text.insert(at, 1, '\\');
  std::ranges::replace(text, '\n', ' ');
  return text;
}

/// "`v0_2::time::delay_for`": what every name begins with is left out.
std::string short_name(std::string name) {
  if (name.starts_with("ferry::")) name.erase(0, 7);
  return code(name);
}

/// Several; those that have their scope from the one before are written without it.
std::string joined(const std::vector<std::string>& names) {
  std::string text;
  std::string scope;
  for (const std::string& name : names) {
    const std::size_t last = name.rfind("::") + 2;
    text += (text.empty() ? "" : ", ") +
            (name.substr(0, last) == scope ? code(name.substr(last)) : short_name(name));
    scope = name.substr(0, last);
  }
  return text;
}

/// As a user spells it.
std::string spelling(const Shim& shim) {
  return shim.classes.empty() ? short_name(shim.legacy) : code(shim.legacy) + " of " + joined(shim.classes);
}

std::string pinned_by(const Pins& pins, const std::string& id) {
  const auto found = pins.find(id);
  if (found == pins.end()) return "";
  std::string text;
  for (const std::string& name : found->second) text += (text.empty() ? "" : "; ") + name;
  return text;
}

void add_line(std::string& page, const std::string& id, const std::string& legacy, const std::string& modern,
              const std::string& how, const std::string& test) {
  page += "| " + id + " | " + cell(legacy) + " | " + cell(modern) + " | " + how + " | " + cell(test) + " |\n";
}

}  // namespace

Pins read_pins(const std::string& folder) {
  static const std::regex test(R"re(TEST_CASE(?:_TEMPLATE)?\(\s*"((?:[A-Z]+-\d+(?:, )?)+): ([^"]*)")re");
  static const std::regex id(R"([A-Z]+-\d+)");
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.path().extension() == ".cpp") paths.push_back(entry.path());
  std::ranges::sort(paths);
  Pins pins;
  for (const std::filesystem::path& path : paths) {
    std::ifstream in(path, std::ios::binary);
    // A long name may be written as several literals, one a line.
    const std::string text = std::regex_replace(std::string(std::istreambuf_iterator<char>(in), {}),
                                                std::regex("\"\\s*\n\\s*\""), "");
    for (std::sregex_iterator found(text.begin(), text.end(), test), end; found != end; ++found) {
      const std::string ids = (*found)[1];
      for (std::sregex_iterator row(ids.begin(), ids.end(), id); row != end; ++row)
        pins[row->str()].push_back((*found)[2]);
    }
  }
  return pins;
}

std::string write_page(const std::vector<Group>& groups, const std::vector<Shim>& shims, const Pins& pins,
                       std::vector<std::string>& problems) {
  std::set<std::string> known;
  std::string page = kIntroduction;
  for (const Group& group : groups) {
    page += "\n## " + group.name + "\n\n| row | 0.2 | 1.x | | pinned by |\n| --- | --- | --- | --- | --- |\n";
    for (const std::string& id : group.ids) {
      known.insert(id);
      const std::string test = pinned_by(pins, id);
      bool has_meaning = false;
      bool has_line = false;
      // The test is named once a row.
      const auto add = [&](const std::string& legacy, const std::string& modern, const std::string& how) {
        add_line(page, id, legacy, modern, how, has_line ? "" : test);
        has_line = true;
      };
      for (const Shim& shim : shims) {
        if (shim.id != id) continue;
        add(spelling(shim), shim.modern.empty() ? "" : code(shim.modern),
            std::string(rewriter::to_string(shim.applicability)));
        has_meaning = true;
      }
      for (const Row& row : group.rows) {
        if (row.id != id) continue;
        if (!row.legacy.empty()) {
          std::string modern = joined(row.modern);
          if (!row.differs.empty()) modern += (modern.empty() ? "" : ": ") + row.differs;
          add(joined(row.legacy), modern, "same");
        }
        if (!row.added.empty()) add("", row.added, "new");
        if (!row.none.empty()) add("", row.none, "–");
        has_meaning = has_meaning || !row.legacy.empty();
        has_line = true;
      }
      if (!has_line)
        problems.push_back(id + ": no declaration carries it, and compat/matrix says nothing of it");
      if (has_meaning && test.empty()) problems.push_back(id + ": no test case's name begins with it");
    }
  }
  for (const Shim& shim : shims)
    if (!known.contains(shim.id))
      problems.push_back(shim.legacy + ": there is no row " + shim.id + " in compat/matrix");
  for (const auto& [id, names] : pins)
    if (!known.contains(id)) problems.push_back("a test pins " + id + ", which is no row: " + names.front());
  return page;
}

}  // namespace ferry::matrix
