#include "cli/ask.hpp"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <utility>

#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/raw_ostream.h>

#include "cli/print.hpp"
#include "cli/words.hpp"
#include "model/compose.hpp"
#include "model/digest.hpp"
#include "model/scope.hpp"
#include "report/diff.hpp"
#include "report/report.hpp"

namespace ferry::rewriter {
namespace {

constexpr const char* kHelp =
    "  y  rewrite this place\n"
    "  n  leave it as it is\n"
    "  a  rewrite it and all that remain\n"
    "  q  ask no more: rewrite what has been accepted so far, leave the rest\n"
    "  ?  this text\n"
    "  Ctrl-C breaks off: nothing is written, and the next session goes on from here.\n"
    "  For good, a place is left by the comment // NOLINT(ferry-RULE) in its line.\n";

// What is right only together is one question; what is right only when nothing old is left is the last one.
std::vector<std::vector<std::size_t>> questions_of(const Plan& plan) {
  std::vector<std::vector<std::size_t>> questions;
  std::vector<std::size_t> last;
  std::map<std::string_view, std::size_t> groups;
  for (std::size_t i = 0; i < plan.findings.size(); ++i) {
    const PlannedFinding& planned = plan.findings[i];
    if (planned.decision != Decision::Apply) continue;
    if (planned.finding.last) {
      last.push_back(i);
      continue;
    }
    const std::string& group = planned.finding.group;
    const auto [known, is_new] = groups.emplace(group, questions.size());
    if (group.empty() || is_new) known->second = questions.size(), questions.emplace_back();
    questions[known->second].push_back(i);
  }
  if (!last.empty()) questions.push_back(std::move(last));
  return questions;
}

// Words for a finding that survive changes elsewhere in its file.
std::string words_of(const Finding& finding, const Texts& texts, const std::string& top) {
  const std::string& text = texts.at(finding.file);
  const std::size_t begin = offset_of(text, {.line = finding.line, .column = 1});
  const std::size_t end = offset_of(text, {.line = finding.end_line + 1, .column = 1});
  std::string words =
      finding.rule + '\n' + relative_to(finding.file, top) + '\n' + text.substr(begin, end - begin);
  for (const Edit& edit : finding.edits)
    words += relative_to(edit.file, top) + '\n' + texts.at(edit.file).substr(edit.offset, edit.length) +
             '\n' + edit.replacement + '\n';
  return words;
}

}  // namespace

Asking::Asking(const Tree& tree, const RunOptions& options, std::string root)
    : options_(options), root_(std::move(root)), top_(tree.top), answers_(tree) {
  if (options.ask_again) answers_.clear();
}

std::string Asking::place_of(const Plan& plan, const Question& question) {
  std::string words;
  for (const std::size_t index : question) words += words_of(plan.findings[index].finding, plan.texts, top_);
  return digest(words);
}

void Asking::show(const Plan& plan, const Question& question, std::size_t number, std::size_t count) const {
  llvm::raw_ostream& out = llvm::errs();
  set_color(out, options_.color, out.has_colors());
  const ReportOptions report{
      .command = Command::Fix, .root = root_, .working_directory = options_.working_directory};
  if (number > 1) out << '\n';
  std::vector<bool> taken(plan.findings.size());
  for (const std::size_t index : question) {
    print_finding(out, plan.findings[index].finding, report);
    taken[index] = true;
  }
  if (question.size() > 1)
    out << "These " << question.size() << " places are right only together"
        << (plan.findings[question.front()].finding.last ? ", when nothing old is left" : "") << ".\n";
  Texts after;
  for (auto& [file, composed] : compose(plan, taken)) after.emplace(file, std::move(composed.text));
  print_diff(out, plan.texts, after, root_);
  out << '(' << number << " of " << count << ") ";
}

Asking::Answer Asking::ask(const Plan& plan, const Question& question, std::size_t number,
                           std::size_t count) {
  llvm::raw_ostream& out = llvm::errs();
  show(plan, question, number, count);
  for (;;) {
    const auto key = keys_.next("Rewrite? [y,n,a,q,?] ");
    if (!key) return Answer::Broken;
    if (llvm::isPrint(*key)) out << *key;
    out << '\n';
    switch (*key) {
      case 'a':
        rest_ = Rest::Accepted;
        [[fallthrough]];
      case 'y':
        return Answer::Yes;
      case 'q':
        rest_ = Rest::Left;
        return Answer::No;
      case 'n':
        return Answer::No;
      default:
        out << kHelp << "  `ferry explain " << plan.findings[question.front()].finding.rule
            << "` says more about the rule.\n";
    }
  }
}

bool Asking::choose(Plan& plan) {
  const std::vector<Question> questions = questions_of(plan);
  std::vector<std::string> texts;
  std::vector<std::string> places;
  std::size_t known = 0;
  for (const Question& question : questions) {
    texts.push_back(place_of(plan, question));
    places.push_back(texts.back() + " " + std::to_string(alike_[texts.back()]++));
    if (answers_.find(places.back())) ++known;
  }
  if (known != 0)
    print_note(std::to_string(known) + (known == 1 ? " place was" : " places were") +
               " answered in an earlier session; --ask-again asks about all");

  std::size_t number = 0;
  bool is_whole = true;
  for (std::size_t i = 0; i < questions.size(); ++i) {
    if (!is_whole && plan.findings[questions[i].front()].finding.last) break;  // held back anyway
    const auto earlier = answers_.find(places[i]);
    bool yes = earlier.value_or(rest_ == Rest::Accepted);
    std::string reason = "declined";
    if (!earlier && rest_ == Rest::Asked) {
      const Answer answer = ask(plan, questions[i], ++number, questions.size() - known);
      if (answer == Answer::Broken) return false;
      yes = answer == Answer::Yes;
    }
    if (!earlier && rest_ == Rest::Left) {
      reason = "not asked any more";
    } else {
      if (!earlier) answers_.remember(places[i], yes);
      given_[texts[i]].push_back(yes);
    }
    if (yes) continue;
    is_whole = false;
    for (const std::size_t index : questions[i]) {
      plan.findings[index].decision = Decision::Report;
      plan.findings[index].reason = reason;
    }
  }
  hold_back_groups(plan);
  return true;
}

void Asking::give_up() const {
  const int signal = keys_.signal();
  llvm::errs() << '\n';
  print_note("broken off; nothing was written, and the next `ferry fix --interactive` goes on from here");
  if (signal != 0) {
    std::signal(signal, SIG_DFL);
    std::raise(signal);
  }
  std::exit(static_cast<int>(ExitStatus::FindingsRemain));
}

void Asking::finish() {
  answers_.clear();
  if (rest_ != Rest::Left) return;
  // Of places that look alike the rewritten ones no longer count: where answers differ, it is asked again.
  for (const auto& [text, given] : given_)
    if (std::ranges::none_of(given, [](bool yes) { return yes; }))
      for (std::size_t i = 0; i < given.size(); ++i) answers_.remember(text + " " + std::to_string(i), false);
}

}  // namespace ferry::rewriter
