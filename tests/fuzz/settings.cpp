// Readers of what a project says about itself, .ferry.yaml and compile_commands.json, and of rule packs: any
// bytes give settings, jobs and rules, or an error with its place in them.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "discover/changes.hpp"
#include "discover/config.hpp"
#include "discover/database.hpp"
#include "packs/read_pack.hpp"
#include "support/yaml.hpp"

namespace ferry::rewriter {
namespace {

void expect(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "not so: %s\n", what);
  std::abort();
}

unsigned lines_of(std::string_view text) { return static_cast<unsigned>(std::ranges::count(text, '\n')) + 1; }

void read_settings(std::string_view text) {
  Problem error;
  const auto config = read_config("/p/.ferry.yaml", text, error);
  if (!config) {
    expect(!error.message.empty() && error.file == "/p/.ferry.yaml",
           "an error says what is wrong and in which file");
    expect(error.line >= 1 && error.line <= lines_of(text) && error.column >= 1,
           "an error has its place in the text");
    return;
  }
  for (const Setting& setting : config->settings)
    for (const Setting::Value& value : setting.values)
      expect(!value.text.empty() && value.line >= 1 && value.line <= lines_of(text), "a value has its place");
}

void write_scalar(std::string_view text) {
  yaml::Error error;
  const auto node = yaml::parse("a: " + yaml::scalar(text) + "\n", error);
  const yaml::Node* value = node ? yaml::find(*node, "a") : nullptr;
  expect(value != nullptr, "what is written as a scalar can be read");
  // LLVM replaces what is no UTF-8.
  if (std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; }))
    expect(value->text == text, "what is written as a scalar reads back");
}

void read_jobs(std::string_view text) {
  if (text.find("@/") != text.npos) return;  // devices never end
  Problem error;
  const auto database = read_database("/p/compile_commands.json", text, error);
  if (!database) {
    expect(!error.message.empty() && error.file == "/p/compile_commands.json",
           "an error says what is wrong and in which file");
    return;
  }
  for (const Job& job : database->jobs) {
    expect(!job.arguments.empty(), "a job has a compiler");
    expect(job.file.starts_with('/') && job.directory.starts_with('/'), "paths are absolute");
  }
  expect(std::ranges::is_sorted(database->jobs, {}, &Job::file), "jobs are sorted");
}

void read_rules(std::string_view text) {
  Problem error;
  // The file is a part of itself, too: parts have no parts.
  const auto part = [&](const std::string&) { return std::optional<std::string>(text); };
  const auto pack = read_pack("/p/pack.yaml", text, part, error);
  if (!pack) {
    expect(!error.message.empty() && error.file.starts_with("/p/"),
           "an error says what is wrong and in which file");
    expect(error.line >= 1 && error.line <= lines_of(text) && error.column >= 1,
           "an error has its place in the text");
    return;
  }
  std::set<std::string> ids;
  for (const Card& card : pack->cards) {
    expect(!card.rule.title.empty() && ids.insert(card.rule.id).second,
           "a rule has a name of its own and a title");
    for (const Example& example : card.examples)
      expect(example.line >= 1 && example.line <= lines_of(text), "an example has its place");
  }
  for (const PackChange& change : pack->changes) {
    expect(ids.contains(change.annotation.id), "what is changed is some rule's");
    for (const Annotation* annotation = &change.annotation; annotation != nullptr;
         annotation = annotation->otherwise.get())
      expect(annotation->id == change.annotation.id, "alternatives are of one rule");
  }
}

void read_changes(std::string_view text) {
  for (const auto& [file, lines] : read_patch(text, "/p"))
    for (const auto& [first, last] : lines) expect(first <= last, "a range has lines");
}

}  // namespace
}  // namespace ferry::rewriter

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(bytes), size);
  ferry::rewriter::read_settings(text);
  ferry::rewriter::write_scalar(text);
  ferry::rewriter::read_jobs(text);
  ferry::rewriter::read_changes(text);
  ferry::rewriter::read_rules(text);
  return 0;
}
