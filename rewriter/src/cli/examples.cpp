#include "cli/examples.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <numeric>
#include <set>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <llvm/ADT/SmallString.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>

#include "cli/project.hpp"
#include "cli/rewrite.hpp"
#include "cli/words.hpp"
#include "support/files.hpp"

namespace ferry::rewriter {
namespace {

// A directory that goes with its owner.
class Directory {
 public:
  Directory() {
    if (const auto error = llvm::sys::fs::createUniqueDirectory("ferry-test", path_))
      throw std::system_error(error, "a temporary directory cannot be made");
    path_ = real_path(std::string(path_));
  }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  ~Directory() { llvm::sys::fs::remove_directories(path_); }

  std::string write(const std::string& name, std::string_view text) const {
    const std::string file = std::string(path_) + "/" + name;
    if (const auto error = write_bytes(file, text, Create::Replace))
      throw std::system_error(error, file + " cannot be written");
    return file;
  }
  std::string path() const { return std::string(path_); }

 private:
  llvm::SmallString<256> path_;
};

struct Case {
  const Card* card = nullptr;
  const Example* example = nullptr;

  std::string before() const { return example->prelude + example->before; }
  std::string expected() const { return example->prelude + example->after.value_or(example->before); }
};

// What became of a text.
struct Made {
  bool compiled = false;
  std::string error;  // the compiler's first one
  std::string text;
  std::vector<std::string> findings;
};

class Testing {
 public:
  Testing(const Pack& pack, const Packs& packs, const RunOptions& options) : pack_(pack), run_(options) {
    run_.packs = std::make_shared<const Packs>(packs);
    run_.working_directory = directory_.path();
    std::vector<std::string> flags = {"-std=c++20"};
    flags.insert(flags.end(), pack.example_arguments.begin(), pack.example_arguments.end());
    flags.insert(flags.end(), options.discover.extra_args.begin(), options.discover.extra_args.end());
    run_.discover = {
        .working_directory = directory_.path(), .root = directory_.path(), .flags = std::move(flags)};
    run_.discover.analysis_args = pack.analysis_arguments;
    run_.discover.verify_args = pack.verify_arguments;
    run_.use_cache = false;
    run_.unsafe = true;
    run_.checks_rule_names = false;
    run_.rules.clear();
  }

  TestedPack run() {
    for (const Card& card : pack_.cards) {
      if (!is_selected(run_, card.rule.id)) continue;
      ++result_.rules;
      if (card.examples.empty()) result_.untested.push_back(card.rule.id);
      for (const Example& example : card.examples) cases_.push_back({.card = &card, .example = &example});
    }
    run_.select.clear();
    run_.ignore.clear();
    skip_foreign_spellings();
    result_.examples = cases_.size();
    std::vector<Made> made = rewrite_all(cases_);
    std::vector<std::string> after;
    for (std::size_t i = 0; i < cases_.size(); ++i) {
      // What is right only when nothing old is left waits for other examples, too.
      if (!made[i].compiled || made[i].text == cases_[i].expected()) continue;
      run_.select = {cases_[i].card->rule.id};
      made[i] = rewrite_all({cases_[i]}).front();
    }
    run_.select.clear();
    for (const Made& each : made) after.push_back(each.text);
    const std::vector<Made> again = rewrite_again(after);
    for (std::size_t i = 0; i < cases_.size(); ++i) judge(cases_[i], made[i], again[i]);
    return std::move(result_);
  }

 private:
  // A library that is not installed under one of its names cannot be tried by that name.
  void skip_foreign_spellings() {
    std::map<std::string, std::string> preludes;  // with the spelling
    for (const Case& each : cases_)
      if (!each.example->variant.empty()) preludes.emplace(each.example->prelude, each.example->variant);
    if (preludes.empty()) return;
    std::vector<std::string> texts;
    for (const auto& [prelude, variant] : preludes) texts.push_back(prelude);
    const std::vector<Made> made = compile_all(texts);
    std::set<std::string> missing;
    std::set<std::string> there;
    for (std::size_t i = 0; i < texts.size(); ++i)
      (made[i].compiled ? there : missing).insert(preludes.at(texts[i]));
    for (const std::string& variant : there) missing.erase(variant);
    if (there.empty()) return;  // each says what is wrong
    result_.skipped.assign(missing.begin(), missing.end());
    std::erase_if(cases_, [&](const Case& each) { return missing.contains(each.example->variant); });
  }

  // One file for each text.
  Project open(const std::vector<std::string>& texts) {
    run_.discover.paths.clear();
    for (std::size_t i = 0; i < texts.size(); ++i)
      run_.discover.paths.push_back(directory_.write(std::to_string(i) + ".cpp", texts[i]));
    auto project = open_project(run_);
    if (!project) throw std::runtime_error("the examples cannot be looked at");
    project->candidates.resize(texts.size());
    std::iota(project->candidates.begin(), project->candidates.end(), 0);
    return *std::move(project);
  }

  static std::size_t number_of(const std::string& file) {
    std::size_t number = 0;
    llvm::sys::path::stem(file).getAsInteger(10, number);
    return number;
  }

  void take_compiled(const Project& project, const std::vector<Analysis>& analyses,
                     std::vector<Made>& made) const {
    for (const std::size_t job : project.candidates) {
      Made& each = made[number_of(project.discovery.jobs[job].file)];
      each.compiled = analyses[job].compiled;
      for (const Problem& problem : analyses[job].problems)
        if (each.error.empty()) each.error = problem.message;
    }
  }

  std::vector<Made> compile_all(const std::vector<std::string>& texts) {
    std::vector<Made> made(texts.size());
    Project project = open(texts);
    take_compiled(project, analyse_jobs(project, project.candidates, {}, run_), made);
    return made;
  }

  std::vector<Made> rewrite_all(const std::vector<Case>& cases) {
    std::vector<std::string> texts;
    std::vector<std::string> rules;
    for (const Case& each : cases) texts.push_back(each.before()), rules.push_back(each.card->rule.id);
    return rewrite_texts(texts, rules);
  }

  std::vector<Made> rewrite_again(const std::vector<std::string>& texts) {
    std::vector<std::string> rules;
    for (const Case& each : cases_) rules.push_back(each.card->rule.id);
    // What results is compiled as a user's result is.
    run_.discover.analysis_args = run_.discover.verify_args;
    return rewrite_texts(texts, rules);
  }

  // Each text by its own rule alone.
  std::vector<Made> rewrite_texts(const std::vector<std::string>& texts,
                                  const std::vector<std::string>& rules) {
    std::vector<Made> made(texts.size());
    if (texts.empty()) return made;
    Project project = open(texts);
    take_compiled(project, analyse_jobs(project, project.candidates, {}, run_), made);
    for (std::size_t i = 0; i < texts.size(); ++i) made[i].text = texts[i];
    const auto choose = [&](Plan& plan) {
      std::erase_if(plan.findings, [&](const PlannedFinding& planned) {
        return planned.finding.rule != rules[number_of(planned.finding.file)];
      });
      return true;
    };
    const auto outcome = rewrite(
        project, run_, {.scope = project.discovery.scope, .jobs = project.candidates, .choose = choose});
    for (const auto& [file, text] : outcome->after) made[number_of(file)].text = text;
    for (const PlannedFinding& planned : outcome->plan.findings) {
      const Finding& finding = planned.finding;
      made[number_of(finding.file)].findings.push_back(
          "line " + std::to_string(finding.line) + ": " + finding.rule + " [" +
          std::string(to_string(finding.applicability)) + "] " + finding.message +
          (planned.reason.empty() ? "" : " (" + planned.reason + ")"));
    }
    return made;
  }

  void judge(const Case& each, const Made& made, const Made& again) {
    FailedExample failed{.rule = each.card->rule.id,
                         .place = each.example->file + ":" + std::to_string(each.example->line) +
                                  (each.example->variant.empty() ? "" : " (" + each.example->variant + ")"),
                         .message = {},
                         .expected = each.expected(),
                         .got = made.text,
                         .findings = made.findings};
    if (!made.compiled) {
      failed.message = "it does not compile: " + made.error;
      failed.got = failed.expected;
    } else if (made.text != failed.expected) {
      failed.message =
          each.example->after ? "it does not become what it should" : "it does not stay as it is";
    } else if (!again.compiled && each.example->after) {
      failed.message = "what it becomes does not compile: " + again.error;
    } else if (again.text != made.text) {
      failed.message = "a second run changes it again";
      failed.got = again.text;
      failed.findings = again.findings;
    } else {
      return;
    }
    result_.failed.push_back(std::move(failed));
  }

  const Pack& pack_;
  RunOptions run_;
  Directory directory_;
  std::vector<Case> cases_;
  TestedPack result_;
};

}  // namespace

TestedPack test_examples(const Pack& pack, const Packs& packs, const RunOptions& options) {
  return Testing(pack, packs, options).run();
}

}  // namespace ferry::rewriter
