// Answers: what a person has said about places, kept for as long as it has not been acted upon.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "apply/tree.hpp"

namespace ferry::rewriter {

/// The answers of sessions that were broken off. Each is on disk as soon as it has been given.
class Answers {
 public:
  explicit Answers(const Tree& tree);

  std::optional<bool> find(const std::string& place) const;
  void remember(const std::string& place, bool yes);
  /// Forgets all, here and on disk.
  void clear();

 private:
  std::string file_;  // empty: there is no place to keep them
  std::map<std::string, bool> known_;
};

}  // namespace ferry::rewriter
