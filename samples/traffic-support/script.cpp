#include "script.hpp"

#include <csignal>
#include <cstdio>
#include <exception>
#include <iostream>
#include <mutex>
#include <string_view>
#include <thread>
#include <unistd.h>

namespace traffic {
namespace {

using namespace std::chrono_literals;

std::string too_late;  // written by run_script, before it can be read

extern "C" void on_alarm(int) {
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, too_late.data(), too_late.size());
  ::_exit(1);
}

}  // namespace

void check(bool is_true, const std::string& otherwise) {
  if (!is_true) throw Failure(otherwise);
}

void on_threads(int count, const std::function<void(int)>& body) {
  std::mutex mutex;
  std::string failure;
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) {
    threads.emplace_back([&, i] {
      try {
        body(i);
      } catch (const std::exception& error) {
        std::lock_guard lock(mutex);
        if (failure.empty()) failure = error.what();
      }
    });
  }
  for (auto& thread : threads) thread.join();
  if (!failure.empty()) throw Failure(failure);
}

std::uint16_t port_of(const std::string& address) {
  return static_cast<std::uint16_t>(std::stoul(address.substr(address.rfind(':') + 1)));
}

void expect_refusal(const std::vector<std::string>& command, int status, const std::string& words) {
  Child child(command);
  const int exit_status = child.wait(in(5s));
  const std::string output = child.messages();
  check(exit_status == status && output.find(words) != std::string::npos,
        "wrong arguments: expected status " + std::to_string(status) + " and \"" + words + "\", got " +
            std::to_string(exit_status) + " and: " + output);
}

int run_script(const Judge& judge, int argc, char** argv,
               const std::function<void(const std::string&, std::string&)>& script) {
  const std::string name = judge.name;
  if (argc != 2) {
    std::cerr << "usage: " + name + " PROGRAM\n";
    return 2;
  }
  too_late = name + ": failed: it takes too long\n";
  ::signal(SIGALRM, on_alarm);
  ::alarm(judge.time_limit_seconds);
  std::string messages;
  try {
    script(argv[1], messages);
    return 0;
  } catch (const std::exception& error) {
    std::cerr << name + ": failed: " << error.what() << "\n";
    if (!messages.empty()) std::cerr << judge.program << " said:\n" << messages;
    return 1;
  }
}

}  // namespace traffic
