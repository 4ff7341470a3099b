#include "bot.hpp"

#include <chrono>
#include <iostream>

#include <ferry/io.hpp>
#include <ferry/process.hpp>
#include <ferry/select.hpp>
#include <ferry/time.hpp>

namespace chat {
namespace {

using namespace std::chrono_literals;

constexpr auto kPause = 100ms;  // before a bot that ended is started again
constexpr auto kPatience = 2s;  // for an answer

ferry::io::Result<ferry::process::Child> start(const std::string& command) {
  return ferry::process::Command("/bin/sh")
      .args({"-c", command})
      .stdin(ferry::process::Stdio::piped())
      .stdout(ferry::process::Stdio::piped())
      .kill_on_drop(true)
      .spawn();
}

/// Hands questions on until the bot ends or fails, or nobody can ask any more: then this is true.
ferry::Task<bool> answer_with(ferry::process::Child& bot, Questions& questions) {
  auto stdin = *std::exchange(bot.stdin, std::nullopt);  // waiting for the bot would close it
  auto lines = ferry::io::BufReader(std::move(*bot.stdout)).lines();
  for (;;) {
    auto first = co_await ferry::select(questions.recv(), bot.wait());
    if (first.index() == 1) co_return false;
    auto& question = get<0>(first);
    if (!question) co_return true;
    if (question->line().empty()) {
      std::move(*question).answer("pid " + std::to_string(bot.id().value_or(0)));
      continue;
    }
    const std::string asked = question->line() + "\n";
    const auto written = co_await stdin.write_all(asked);
    if (!written) co_return false;
    auto line = co_await ferry::time::timeout(kPatience, lines.next_line());
    if (!line || !*line || !**line) co_return false;
    std::move(*question).answer(***std::move(line));
  }
}

}  // namespace

ferry::Task<void> run_bot(std::string command, Questions questions) {
  for (bool is_over = false; !is_over;) {
    auto bot = start(command);
    if (!bot) {
      std::clog << "chat: the bot cannot be started: " + bot.error().message() + "\n";
      co_return;
    }
    is_over = co_await answer_with(*bot, questions);
    (void)bot->start_kill();
    const auto status = co_await bot->wait();
    if (is_over) co_return;
    std::clog << "chat: the bot ended" + std::string(status && status->success() ? "" : ", not well") + "\n";
    co_await ferry::time::sleep(kPause);
  }
}

ferry::Task<std::string> ask_bot(ferry::sync::mpsc::Sender<Question> bot, std::string line) {
  auto [answer, answered] = ferry::sync::oneshot::channel<std::string>();
  if (!co_await bot.send(Question(std::move(line), std::move(answer)))) co_return "";
  auto result = co_await answered;
  co_return result ? *std::move(result) : "";
}

}  // namespace chat
