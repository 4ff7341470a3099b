// The bot: a program that answers each line with a line.
#pragma once

#include <string>
#include <utility>

#include <ferry/v0_2/sync.hpp>

#include "rt.hpp"

namespace chat {

/// A line for the bot. Who asks without one is told the number of the bot's process.
class Question {
 public:
  using Answer = rt::sync::oneshot::Sender<std::string>;

  Question(std::string line, Answer answer) : line_(std::move(line)), answer_(std::move(answer)) {}

  const std::string& line() const { return line_; }
  void answer(std::string line) && { (void)std::move(answer_).send(std::move(line)); }

 private:
  std::string line_;
  Answer answer_;
};

using Questions = rt::sync::mpsc::Receiver<Question>;

/// Runs `command`, again and again when it ends, and has it answer until nobody can ask any more. A question
/// that it does not answer is dropped.
rt::Task<void> run_bot(std::string command, Questions questions);

/// The bot's answer; empty when there is none.
rt::Task<std::string> ask_bot(rt::sync::mpsc::Sender<Question> bot, std::string line);

}  // namespace chat
