// Asking: --interactive. A person decides place by place what is rewritten.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "apply/tree.hpp"
#include "cli/answers.hpp"
#include "cli/keys.hpp"
#include "cli/options.hpp"
#include "model/plan.hpp"

namespace ferry::rewriter {

/// Shows what would be rewritten, one place with its diff at a time, on standard error, and reads the answers
/// from standard input. What is right only together is one question.
///
/// A session may be broken off, even by killing it: nothing has been written then, and the next session does
/// not ask again what has been answered.
class Asking {
 public:
  Asking(const Tree& tree, const RunOptions& options, std::string root);

  /// Asks about every finding of the plan that is to be applied; those that were declined no longer are.
  /// False when the session was broken off.
  bool choose(Plan& plan);

  /// Ends the program as its user wished, after a session that was broken off.
  [[noreturn]] void give_up() const;

  /// What was accepted has been written. The answers are forgotten, but for the places that were declined in
  /// a session that was ended before its end.
  void finish();

 private:
  using Question = std::vector<std::size_t>;  // findings of the plan
  enum class Answer { Yes, No, Broken };

  void show(const Plan& plan, const Question& question, std::size_t number, std::size_t count) const;
  Answer ask(const Plan& plan, const Question& question, std::size_t number, std::size_t count);
  std::string place_of(const Plan& plan, const Question& question);

  const RunOptions& options_;
  std::string root_;
  std::string top_;
  Answers answers_;
  Keys keys_;
  enum class Rest { Asked, Accepted, Left } rest_ = Rest::Asked;  // what becomes of the questions to come
  std::map<std::string, std::size_t> alike_;                      // how many places have had the same text
  std::map<std::string, std::vector<bool>> given_;                // the answers of this session, by text
};

}  // namespace ferry::rewriter
