// Keys: what a person answers, key by key.
#pragma once

#include <csignal>
#include <optional>
#include <string>
#include <string_view>

namespace ferry::rewriter {

/// Reads standard input: from a terminal each key as it is pressed, without Enter and without an echo; from
/// anything else each character. White space is passed over.
///
/// Only while it waits is the terminal in a mode of its own, so a program that is stopped or killed at any
/// other moment leaves it as it was. While it waits, Ctrl-C and its like are answered with `Interrupted`,
/// after the terminal has been put back.
class Keys {
 public:
  Keys();
  Keys(const Keys&) = delete;
  Keys& operator=(const Keys&) = delete;
  ~Keys();

  /// The next key, for which `prompt` asks on standard error once keys are read as such. Empty when there
  /// will be none: the input has ended, or signal() says why.
  std::optional<char> next(std::string_view prompt);

  /// The signal that ended it; 0 when it was the end of the input.
  int signal() const;

 private:
  bool read_more(std::string_view prompt);

  std::string typed_;  // and not yet asked for
  bool is_terminal_;
  struct sigaction before_[4] = {};
};

}  // namespace ferry::rewriter
