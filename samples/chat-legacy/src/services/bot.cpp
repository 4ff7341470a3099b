#include "bot.hpp"

#include <chrono>
#include <iostream>

#include <ferry/v0_2/io.hpp>
#include <ferry/v0_2/process.hpp>
#include <ferry/v0_2/select.hpp>
#include <ferry/v0_2/time.hpp>

namespace chat {
namespace {

using namespace std::chrono_literals;

constexpr auto kPause = 100ms;  // before a bot that ended is started again
constexpr auto kPatience = 2s;  // for an answer

rt::io::Result<rt::process::Child> start(const std::string& command) {
  return rt::process::Command("/bin/sh")
      .args({"-c", command})
      .stdin(rt::process::Stdio::piped())
      .stdout(rt::process::Stdio::piped())
      .kill_on_drop(true)
      .spawn();
}

/// Hands questions on until the bot ends or fails, or nobody can ask any more: then this is true.
rt::Task<bool> answer_with(rt::process::Child& bot, Questions& questions) {
  auto lines = rt::io::BufReader(std::move(*bot.stdout)).lines();
  for (;;) {
    auto first = co_await rt::select(questions.next(), bot);
    if (first.index() == 1) co_return false;
    auto& question = get<0>(first);
    if (!question) co_return true;
    if (question->line().empty()) {
      std::move(*question).answer("pid " + std::to_string(bot.id()));
      continue;
    }
    const std::string asked = question->line() + "\n";
    const auto written = co_await bot.stdin->write_all(asked);
    if (!written) co_return false;
    auto line = co_await rt::time::timeout(kPatience, lines.next());
    if (!line || !*line || !**line) co_return false;
    std::move(*question).answer(***std::move(line));
  }
}

}  // namespace

rt::Task<void> run_bot(std::string command, Questions questions) {
  for (bool is_over = false; !is_over;) {
    auto bot = start(command);
    if (!bot) {
      std::clog << "chat: the bot cannot be started: " + bot.error().message() + "\n";
      co_return;
    }
    is_over = co_await answer_with(*bot, questions);
    (void)bot->kill();
    const auto status = co_await *bot;
    if (is_over) co_return;
    std::clog << "chat: the bot ended" + std::string(status && status->success() ? "" : ", not well") + "\n";
    co_await rt::time::delay_for(kPause);
  }
}

rt::Task<std::string> ask_bot(rt::sync::mpsc::Sender<Question> bot, std::string line) {
  auto [answer, answered] = rt::sync::oneshot::channel<std::string>();
  if (!co_await bot.send(Question(std::move(line), std::move(answer)))) co_return "";
  auto result = co_await answered;
  co_return result ? *std::move(result) : "";
}

}  // namespace chat
