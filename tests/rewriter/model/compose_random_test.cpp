// Random code and random edits against models of what must come of them.
#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "rewriter/support/random_edits.hpp"

namespace ferry::rewriter::test {
namespace {

using Random = std::mt19937;

// An expression, and what is to become of each part of it.
struct Node {
  enum class Kind { Name, Call, Member, Negation };
  Kind kind = Kind::Name;
  int number = 0;
  std::vector<Node> parts;  // of a member call the first one is the object
  bool renamed = false;
  bool wrapped = false;
  bool extended = false;  // by an argument
};

Node random_node(Random& random, int depth, int& number) {
  Node node{.number = ++number, .parts = {}};
  node.kind = depth == 0 ? Node::Kind::Name : static_cast<Node::Kind>(random() % 4);
  node.renamed = random() % 2 == 0;
  node.wrapped = random() % 2 == 0;
  node.extended = random() % 2 == 0 && (node.kind == Node::Kind::Call || node.kind == Node::Kind::Member);
  const unsigned parts = node.kind == Node::Kind::Name       ? 0
                         : node.kind == Node::Kind::Negation ? 1
                         : node.kind == Node::Kind::Member   ? 1 + random() % 3
                                                             : random() % 3;
  for (unsigned i = 0; i < parts; ++i) node.parts.push_back(random_node(random, depth - 1, number));
  return node;
}

std::string name_of(const Node& node) {
  return node.kind == Node::Kind::Negation ? "-" : "n" + std::to_string(node.number);
}

// The code, and the edits of the parts as findings of a plan.
void print_old(const Node& node, std::string& text, std::vector<Finding>& findings) {
  Finding finding{.rule = "R" + std::to_string(node.number), .file = kEditedFile, .offset = text.size()};
  const auto edit = [&](std::size_t offset, std::size_t length, const std::string& replacement) {
    finding.edits.push_back({kEditedFile, offset, length, replacement});
  };
  const std::size_t begin = text.size();
  const auto part = [&](std::size_t index) { print_old(node.parts[index], text, findings); };
  std::size_t next = 0;
  if (node.kind == Node::Kind::Member) {
    part(next++);
    text += ".";
  }
  if (node.renamed) edit(text.size(), name_of(node).size(), "new" + name_of(node));
  text += name_of(node);
  if (node.kind == Node::Kind::Negation) part(next++);
  if (node.kind == Node::Kind::Call || node.kind == Node::Kind::Member) {
    text += "(";
    for (bool is_first = true; next < node.parts.size(); is_first = false) {
      if (!is_first) text += ",";
      part(next++);
    }
    if (node.extended) edit(text.size(), 0, "+" + std::to_string(node.number));
    text += ")";
  }
  if (node.wrapped) {
    edit(begin, 0, "w" + std::to_string(node.number) + "[");
    edit(text.size(), 0, "]");
  }
  std::ranges::sort(finding.edits);
  if (!finding.edits.empty()) findings.push_back(std::move(finding));
}

// The code with the edits of those parts that are taken, printed and not composed.
std::string print_new(const Node& node, const std::set<std::string>& taken) {
  const bool is_taken = taken.contains("R" + std::to_string(node.number));
  const auto part = [&](std::size_t index) { return print_new(node.parts[index], taken); };
  std::string text;
  std::size_t next = 0;
  if (node.kind == Node::Kind::Member) text += part(next++) + ".";
  text += (is_taken && node.renamed ? "new" : "") + name_of(node);
  if (node.kind == Node::Kind::Negation) text += part(next++);
  if (node.kind == Node::Kind::Call || node.kind == Node::Kind::Member) {
    text += "(";
    for (bool is_first = true; next < node.parts.size(); is_first = false)
      text += (is_first ? "" : ",") + part(next++);
    if (is_taken && node.extended) text += "+" + std::to_string(node.number);
    text += ")";
  }
  return is_taken && node.wrapped ? "w" + std::to_string(node.number) + "[" + text + "]" : text;
}

}  // namespace

TEST_SUITE("rewriter.model.compose") {
  TEST_CASE("edits of nested code compose to the code that would be written with them") {
    Random random(11);
    for (int round = 0; round < 3000; ++round) {
      int number = 0;
      const Node root = random_node(random, 4, number);
      Plan plan{.findings = {}, .texts = {{kEditedFile, ""}}, .problems = {}};
      std::vector<Finding> findings;
      print_old(root, plan.texts[kEditedFile], findings);
      std::ranges::shuffle(findings, random);
      std::set<std::string> taken;
      for (Finding& finding : findings) {
        const bool is_taken = random() % 4 != 0;
        if (is_taken) taken.insert(finding.rule);
        plan.findings.push_back(
            {.finding = std::move(finding), .decision = is_taken ? Decision::Apply : Decision::Report});
      }
      settle_overlaps(plan);
      for (const PlannedFinding& planned : plan.findings)
        REQUIRE_MESSAGE(planned.decision != Decision::Deferred, plan.texts[kEditedFile]);
      const auto composed = compose(plan, applied(plan));
      const std::string expected = print_new(root, taken);
      REQUIRE((composed.empty() ? plan.texts[kEditedFile] : composed.at(kEditedFile).text) == expected);
    }
  }

  TEST_CASE("of any edits those are made that can be, each at its place and once") {
    Random random(13);
    for (int round = 0; round < 20'000; ++round) {
      const Plan plan = random_plan([&](std::size_t below) { return random() % below; });
      const std::string wrong = check_composition(plan);
      if (wrong.empty()) continue;
      for (const PlannedFinding& planned : plan.findings)
        for (const Edit& edit : planned.finding.edits)
          MESSAGE(planned.finding.group, " ", edit.offset, "+", edit.length, " '", edit.replacement, "'");
      FAIL(wrong, " in round ", round, ": '", plan.texts.at(kEditedFile), "'");
    }
  }
}

}  // namespace ferry::rewriter::test
