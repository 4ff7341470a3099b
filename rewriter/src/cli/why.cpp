#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <llvm/ADT/StringExtras.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/raw_ostream.h>

#include "analyse/inspect.hpp"
#include "cli/commands.hpp"
#include "cli/known.hpp"
#include "cli/lint.hpp"
#include "cli/print.hpp"
#include "cli/project.hpp"
#include "cli/rewrite.hpp"
#include "cli/session.hpp"
#include "cli/words.hpp"
#include "discover/paths.hpp"
#include "model/compose.hpp"
#include "report/explanation.hpp"
#include "resolve/comments.hpp"
#include "support/files.hpp"

namespace ferry::rewriter {
namespace {

// So many units are parsed once more to see what kind of place it is.
constexpr std::size_t kMostInspected = 4;
constexpr std::size_t kMostNamed = 5;

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + " " + std::string(count == 1 ? one : many);
}

// "a, b and 3 more"
std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < kMostNamed; ++i) text += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > kMostNamed) text += " and " + std::to_string(names.size() - kMostNamed) + " more";
  return text;
}

// The place in the file that is there, or nothing, when what is wrong with it has been printed.
std::optional<Place> find_place(const Place& named, const std::string& directory, std::string& text) {
  Place place = named;
  place.file = absolute_path(named.file, directory);
  const auto complain = [&](const std::string& message) {
    print_error({.file = place.file, .message = message});
    return std::nullopt;
  };
  if (llvm::sys::fs::is_directory(place.file)) return complain("a directory; name a file in it");
  auto bytes = read_bytes(place.file);
  if (!bytes) return complain("no such file, or it cannot be read; check FILE:LINE");
  text = *std::move(bytes);
  const Position end = position_of(text, text.size());
  const unsigned lines = end.column == 1 && end.line > 1 ? end.line - 1 : end.line;
  if (place.line > lines)
    return complain("has " + counted(lines, "line", "lines") + ", and no line " + std::to_string(place.line));
  const llvm::StringRef line = llvm::StringRef(text)
                                   .substr(offset_of(text, {.line = place.line, .column = 1}))
                                   .split('\n')
                                   .first.rtrim('\r');
  if (place.column > line.size() + 1)
    return complain("line " + std::to_string(place.line) + " has " +
                    counted(line.size(), "column", "columns") + ", and no column " +
                    std::to_string(place.column));
  return place;
}

class Why {
 public:
  Why(Project& project, const RunOptions& options, Place place, std::string text)
      : project_(project), options_(options), text_(std::move(text)), names_{place.file} {
    if (std::string real = real_path(place.file); real != place.file) names_.push_back(std::move(real));
    const Scope& scope = project.discovery.scope;
    if (!is_below(names_.front(), scope.root) && is_below(names_.back(), scope.root))
      std::swap(names_.front(), names_.back());
    place.file = names_.front();
    explanation_.place = std::move(place);
  }

  Explanation run(KnownFindings& known) {
    const Place& place = explanation_.place;
    explanation_.texts[place.file] = text_;
    find_readers();
    if (tell_outside() || tell_unread()) return std::move(explanation_);
    analyses_ = analyse_jobs(project_, project_.candidates, {}, options_);
    for (const std::size_t job : project_.candidates) project_.known[job] = analyses_[job];
    tell_readers();
    explain_findings(known);
    explain_deselected();
    if (explanation_.findings.empty()) tell_kind_of_place();
    tell_rules();
    return std::move(explanation_);
  }

 private:
  void tell(std::string fact) { explanation_.facts.push_back(std::move(fact)); }

  std::string shown(const std::string& path) const { return relative_to(path, options_.working_directory); }

  bool is_here(const std::string& file) const {
    return std::ranges::find(names_, file) != names_.end() ||
           std::ranges::find(names_, real_path(file)) != names_.end();
  }

  // Whether the lines and columns from the one place to the other have the place among them.
  bool covers(unsigned line, unsigned column, unsigned end_line, unsigned end_column) const {
    const Place& place = explanation_.place;
    if (place.line < line || place.line > end_line) return false;
    if (place.column == 0) return true;
    return (place.line > line || place.column >= column) &&
           (place.line < end_line || place.column < end_column || (line == end_line && column == end_column));
  }

  bool covers(const Finding& finding) const {
    return is_here(finding.file) &&
           covers(finding.line, finding.column, finding.end_line, finding.end_column);
  }

  // Of the text that was analysed.
  bool covers(const Edit& edit) const {
    if (!is_here(edit.file)) return false;
    const Position begin = position_of(text_, edit.offset);
    const Position end = position_of(text_, edit.offset + edit.length);
    return covers(begin.line, begin.column, end.line, end.column);
  }

  bool concerns(const Finding& finding) const {
    return covers(finding) ||
           std::ranges::any_of(finding.edits, [&](const Edit& edit) { return covers(edit); });
  }

  void find_readers() {
    for (std::size_t job = 0; job < project_.inputs.size(); ++job)
      if (std::ranges::any_of(project_.inputs[job], [&](const auto& input) {
            return std::ranges::find(names_, input) != names_.end();
          }))
        readers_.push_back(job);
  }

  std::vector<std::string> names_of(const std::vector<std::size_t>& jobs) const {
    std::vector<std::string> names;
    for (const std::size_t job : jobs) {
      const Job& unit = project_.discovery.jobs[job];
      names.push_back(shown(unit.file) + (unit.configuration.empty() ? "" : " in " + unit.configuration));
    }
    return names;
  }

  std::string origin_of(const std::string& option) const {
    const auto origin = options_.origins.find(option);
    return origin == options_.origins.end() ? "--" + option : shown(origin->second);
  }

  // Files that no rule reports on, whatever is in them.
  bool tell_outside() {
    const Scope& scope = project_.discovery.scope;
    const std::string& file = explanation_.place.file;
    if (!is_below(file, scope.root)) {
      tell("it lies outside of the root " + scope.root + ", and nothing there is reported or edited");
      tell("to look at it, widen the root with --root");
      return true;
    }
    if (!is_editable(scope, file) && contains(scope, file)) {
      tell("a link leads to it out of the root " + scope.root + ": nothing there is edited");
      return true;
    }
    for (const std::string& build : scope.generated)
      if (is_below(file, build)) {
        tell("it lies in the build directory " + shown(build) + ": a build makes such files anew");
        tell("to look at it all the same, name it as a PATH: ferry check " + shown(file));
        return true;
      }
    for (const std::string& glob : scope.excludes)
      if (!contains({.root = scope.root, .paths = {}, .excludes = {glob}}, file)) {
        tell("'" + glob + "' excludes it (" + origin_of("exclude") + ")");
        return true;
      }
    return false;
  }

  bool tell_unread() {
    if (!readers_.empty() || !project_.candidates.empty()) return false;
    std::vector<std::string> databases;
    for (const std::string& database : project_.discovery.databases) databases.push_back(shown(database));
    tell("no translation unit reads this file, so no rule has looked at it");
    tell(databases.empty() ? "it was compiled with the flags after --; check them"
                           : "the commands are those of " + listed(databases) +
                                 ": add the file to the build and write the database anew, name another one "
                                 "with -p, or give the file's flags after --");
    return true;
  }

  void tell_readers() {
    // Who could not be scanned may read it: that one counts when its analysis says so.
    for (const std::size_t job : project_.candidates)
      if (!std::ranges::binary_search(readers_, job) &&
          std::ranges::any_of(analyses_[job].inputs,
                              [&](const std::string& input) { return is_here(input); }))
        readers_.insert(std::ranges::lower_bound(readers_, job), job);
    tell(counted(readers_.size(), "translation unit reads it: ", "translation units read it: ") +
         listed(names_of(readers_)));
    std::vector<std::size_t> unmarked;
    for (const std::size_t job : readers_)
      if (!std::ranges::binary_search(project_.candidates, job) &&
          std::ranges::find(project_.spared, job) == project_.spared.end())
        unmarked.push_back(job);
    if (unmarked.size() == readers_.size())
      tell("no file that " + std::string(readers_.size() == 1 ? "it reads" : "they read") +
           " has an annotation: for the rules there is nothing old in reach; does it include the header that "
           "declares what you look for?");
    else if (!unmarked.empty())
      tell("of these, " + listed(names_of(unmarked)) + " cannot reach any declaration with an annotation");
    if (!project_.spared.empty())
      tell(counted(project_.spared.size(), "further unit sees", "further units see") +
           " the same in it as those that were analysed");
    for (const std::size_t job : project_.candidates)
      if (!analyses_[job].compiled)
        tell(names_of({job}).front() + " does not compile, so nothing that only it has seen is edited" +
             (analyses_[job].problems.empty() ? "" : ": " + describe_shown(analyses_[job].problems.front())));
  }

  std::string describe_shown(Problem problem) const {
    problem.file = shown(problem.file);
    return describe(problem);
  }

  // Keeps to what the place is about: the fewer edits, the fewer units have to be compiled.
  bool choose(Plan& plan) const {
    std::set<std::string> groups;
    const auto is_open_edit = [](const PlannedFinding& planned) {
      return planned.decision == Decision::Apply || planned.decision == Decision::Deferred;
    };
    bool is_any_made = false;
    for (const PlannedFinding& planned : plan.findings)
      if (concerns(planned.finding)) {
        is_any_made = is_any_made || is_open_edit(planned);
        groups.insert({planned.finding.group, planned.finding.needs});
      }
    groups.erase("");
    for (PlannedFinding& planned : plan.findings) {
      const Finding& finding = planned.finding;
      const bool is_near = is_here(finding.file) || concerns(finding) || groups.contains(finding.group);
      if (is_open_edit(planned) && (!is_any_made || !is_near)) planned.decision = Decision::Dropped;
    }
    hold_back_groups(plan);
    return true;
  }

  void explain_findings(KnownFindings& known) {
    RewriteOptions how{.scope = project_.discovery.scope, .jobs = project_.candidates, .known = &known};
    how.choose = [this](Plan& plan) { return choose(plan); };
    how.is_partial = true;
    Outcome outcome = *rewrite(project_, options_, std::move(how));
    for (auto& [file, text] : outcome.plan.texts) explanation_.texts.emplace(file, std::move(text));
    for (const Problem& warning : outcome.plan.warnings)
      if (is_here(warning.file) && warning.line == explanation_.place.line)
        tell("warning: " + warning.message);
    for (PlannedFinding& planned : outcome.plan.findings) {
      if (planned.decision == Decision::Dropped || !concerns(planned.finding)) continue;
      ExplainedFinding explained{.has_preview = planned.finding.applicability != Applicability::Manual &&
                                                planned.decision != Decision::Withheld};
      std::vector<std::string>& verdicts = explained.verdicts;
      verdicts.push_back(verdict_on(planned));
      if (!covers(planned.finding)) verdicts.push_back("the place is one that this finding's edits change");
      if (planned.is_known)
        verdicts.push_back(
            "the baseline " + shown(options_.baseline) +
            " accepts it: `ferry check` does not report it, `ferry fix` rewrites it all the same");
      if (const RuleSetting* setting = setting_of(options_, planned.finding.rule);
          setting != nullptr && setting->applicability && !planned.finding.edits.empty())
        verdicts.push_back("taken for " + std::string(to_string(*setting->applicability)) + " by " +
                           origin_of("rule"));
      if (planned.finding.last && planned.decision == Decision::Apply)
        verdicts.push_back("but only if nothing old is left in the whole project");
      if (!planned.jobs.empty()) verdicts.push_back("found in " + listed(names_of(planned.jobs)));
      explained.finding = std::move(planned.finding);
      explanation_.findings.push_back(std::move(explained));
    }
  }

  std::string verdict_on(const PlannedFinding& planned) const {
    const std::string command = options_.unsafe ? "`ferry fix --unsafe`" : "`ferry fix`";
    switch (planned.decision) {
      case Decision::Apply:
        return "rewritten by " + command +
               (options_.verify ? "; the result compiles" : "; not verified (--no-verify)");
      case Decision::Deferred:
        return "waits for another run of " + command + ": " + planned.reason;
      case Decision::Suppressed:
        return planned.reason;
      case Decision::Report:
      case Decision::Withheld:
      case Decision::Dropped:
        break;
    }
    return "not rewritten: " + planned.reason;
  }

  // What rules have found that nobody asks for.
  void explain_deselected() {
    std::set<std::pair<std::size_t, std::string>> seen;
    for (const std::size_t job : project_.candidates)
      for (const Finding& finding : analyses_[job].findings) {
        if (is_selected(options_, finding.rule) || !concerns(finding) ||
            !seen.emplace(finding.offset, finding.rule).second)
          continue;
        const RuleSetting* setting = setting_of(options_, finding.rule);
        const bool is_off = setting != nullptr && !setting->applicability;
        const std::string option = is_off                    ? "rule"
                                   : options_.select.empty() ? "ignore"
                                   : std::ranges::none_of(options_.select,
                                                          [&](const std::string& prefix) {
                                                            return finding.rule.starts_with(prefix);
                                                          })
                                       ? "select"
                                       : "ignore";
        explanation_.findings.push_back(
            {.finding = finding, .verdicts = {"not reported: the rule is left out by " + origin_of(option)}});
        for (const auto& [file, text] : analyses_[job].texts) explanation_.texts.emplace(file, text);
      }
  }

  // --- where nothing was found
  // ---------------------------------------------------------------------------------

  void tell_kind_of_place() {
    tell_others_in_line();
    if (tell_text()) return;
    const bool is_named = tell_denials();
    tell_unjudged();
    const bool is_explained = tell_inspection();
    const bool is_any_compiled =
        std::ranges::any_of(project_.candidates, [&](std::size_t job) { return analyses_[job].compiled; });
    if (!is_named && !is_explained && is_any_compiled)
      tell("nothing that is written here names a declaration with an annotation");
  }

  // What the text alone shows; true when there is no more to be said.
  bool tell_text() {
    const Place& place = explanation_.place;
    const std::size_t begin = offset_of(text_, {.line = place.line, .column = 1});
    const llvm::StringRef line = llvm::StringRef(text_).substr(begin).split('\n').first;
    if (line.trim().empty()) return tell("the line is blank"), true;
    if (line.contains("FERRY_") && !annotated_rules({place.file}).empty())
      return tell(
                 "an annotation is written here: it says what takes a declaration's place, and is no use of "
                 "one"),
             true;
    const std::size_t first = begin + (place.column != 0 ? place.column - 1 : line.find_first_not_of(" \t"));
    const std::size_t last = place.column != 0 ? first : begin + line.rtrim().size() - 1;
    for (const Span& span : spans_of(text_))
      if (span.begin <= first && last < span.end)
        return tell(span.kind == Span::Kind::Literal ? "it is a literal: only code is looked at"
                                                     : "it is a comment: only code is looked at"),
               true;
    if (line.ltrim().starts_with("#")) tell("it is a preprocessor directive");
    return false;
  }

  void tell_others_in_line() {
    const Place& place = explanation_.place;
    if (place.column == 0) return;
    std::set<std::string> others;
    for (const std::size_t job : project_.candidates)
      for (const Finding& finding : analyses_[job].findings)
        if (is_here(finding.file) && finding.line == place.line)
          others.insert(finding.rule + " in column " + std::to_string(finding.column));
    if (!others.empty())
      tell("the line has findings, but not at this column: " +
           listed(std::vector<std::string>(others.begin(), others.end())));
  }

  // Names that an old declaration has, too.
  bool tell_denials() {
    std::set<std::string> said;
    for (const std::size_t job : project_.candidates)
      for (const Meant& denial : analyses_[job].denials) {
        if (!is_here(denial.file)) continue;
        const Position at = position_of(text_, denial.offset);
        const llvm::StringRef spelled = llvm::StringRef(text_).substr(denial.offset).take_while([](char c) {
          return llvm::isAlnum(c) || c == '_';
        });
        if (!covers(at.line, at.column, at.line, at.column + static_cast<unsigned>(spelled.size()))) continue;
        std::string sentence = "`" + spelled.str() + "` in column " + std::to_string(at.column) +
                               " is a name that something old has, but here it means `" +
                               denial.declared.name + "`";
        if (!denial.declared.file.empty()) sentence += " (" + shown(denial.declared.file) + ")";
        if (said.insert(sentence).second) tell(sentence);
      }
    return !said.empty();
  }

  // Old names that nobody has judged here, and their rules.
  void tell_unjudged() {
    std::set<std::string> said;
    for (const std::size_t job : project_.candidates)
      for (const Unjudged& name : analyses_[job].unjudged)
        if (is_here(name.file) &&
            covers(name.line, name.column, name.line, name.column + static_cast<unsigned>(name.name.size())))
          said.insert("`" + name.name + "` is a name that " + llvm::join(name.rules, ", ") +
                      " would look at, if it were compiled");
    for (const std::string& sentence : said) tell(sentence);
  }

  // Asks a few of the units that read the file.
  bool tell_inspection() {
    std::vector<std::size_t> asked;
    std::ranges::copy_if(readers_, std::back_inserter(asked), [&](std::size_t job) {
      return std::ranges::binary_search(project_.candidates, job);
    });
    if (asked.empty()) asked = readers_;
    if (asked.size() > kMostInspected) asked.resize(kMostInspected);
    const Texts overlay;
    const AnalyseOptions how{.scope = project_.discovery.scope,
                             .overlay = overlay,
                             .is_selected = {},
                             .packs = options_.packs.get()};
    std::vector<std::pair<std::string, std::vector<std::size_t>>> sentences;  // with who says so
    std::size_t answers = 0;
    for (const std::size_t job : asked) {
      const auto inspected = inspect(project_.discovery.jobs[job], explanation_.place, how);
      if (!inspected || !inspected->is_read) continue;
      ++answers;
      for (std::string& sentence : sentences_of(*inspected)) {
        const auto known =
            std::ranges::find(sentences, sentence, [](const auto& said) { return said.first; });
        if (known == sentences.end())
          sentences.push_back({std::move(sentence), {job}});
        else
          known->second.push_back(job);
      }
    }
    for (const auto& [sentence, jobs] : sentences)
      tell(sentence + (jobs.size() == answers ? "" : " (in " + listed(names_of(jobs)) + ")"));
    return !sentences.empty();
  }

  std::vector<std::string> sentences_of(const Inspection& inspected) const {
    std::vector<std::string> sentences;
    if (inspected.is_system)
      sentences.push_back("it is a system header, and those are neither reported on nor edited");
    for (const std::string& reason : inspected.unseen) sentences.push_back("it is " + reason);
    if (!inspected.library.empty())
      sentences.push_back("it is inside of `" + inspected.library +
                          "`, which has moved: its own code is its authors'");
    for (const ExpandedMacro& macro : inspected.macros)
      if (std::string sentence = about(macro); !sentence.empty()) sentences.push_back(std::move(sentence));
    return sentences;
  }

  // What the macro's body has to do with it.
  std::string about(const ExpandedMacro& macro) const {
    if (macro.is_system || !is_below(macro.file, project_.discovery.scope.root)) return {};
    const std::string name = "`" + macro.name + "` is expanded here";
    const std::string body = shown(macro.file) + ":" + std::to_string(macro.first_line);
    for (const std::size_t job : project_.candidates)
      for (const Finding& finding : analyses_[job].findings)
        if (finding.file == macro.file && macro.first_line <= finding.line && finding.line <= macro.last_line)
          return name + "; what is old in it is reported at its body: " + finding.rule + ", ferry why " +
                 shown(finding.file) + ":" + std::to_string(finding.line);
    return name + ", a macro of " + body + " without a finding in its body";
  }

  void tell_rules() {
    std::set<std::string> files;
    for (const std::size_t job : project_.candidates)
      files.insert(project_.scans[job].annotated.begin(), project_.scans[job].annotated.end());
    const std::set<std::string> rules = annotated_rules(files);
    if (rules.empty()) return;
    std::string text = counted(rules.size(), "rule has looked: ", "rules have looked: ");
    std::string list;
    for (const std::string& rule : rules) list += (list.empty() ? "" : ", ") + rule;
    tell(text + list);
  }

  Project& project_;
  const RunOptions& options_;
  const std::string text_;
  std::vector<std::string> names_;    // of the file, the one that the project uses first
  std::vector<std::size_t> readers_;  // the jobs that read it, sorted
  std::vector<Analysis> analyses_;
  Explanation explanation_;
};

}  // namespace

ExitStatus run_why(const Options& all) {
  const RunOptions& options = all.run;
  std::string text;
  const auto place = find_place(all.place, options.working_directory, text);
  if (!place) return ExitStatus::BadUsage;
  auto known = KnownFindings::open(options);
  if (!known) return ExitStatus::BadUsage;
  Problems earlier;
  auto project = open_whole_project(options, earlier);
  if (!project) return ExitStatus::BadUsage;
  const std::string root = project->discovery.scope.root;
  const Explanation explanation = Why(*project, options, *place, std::move(text)).run(*known);
  const ReportOptions report{
      .command = Command::Check, .root = root, .working_directory = options.working_directory};
  set_color(llvm::outs(), options.color, llvm::outs().has_colors());
  print_explanation(llvm::outs(), explanation, report);
  print_notes(llvm::errs(), project->discovery.notes, report);
  print_problems(llvm::errs(), earlier, report);
  return ExitStatus::Done;
}

}  // namespace ferry::rewriter
