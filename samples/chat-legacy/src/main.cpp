// chat: rooms in which people talk, a line at a time.
#include <chrono>
#include <filesystem>
#include <iostream>

#include <ferry/v0_2/runtime.hpp>

#include "options.hpp"
#include "rt.hpp"
#include "server.hpp"

int main(int argc, char** argv) {
  std::string error;
  const auto options = chat::parse_options(argc, argv, error);
  if (!options) {
    std::cerr << "chat: " << error << "\n" << chat::kUsage;
    return 2;
  }
  if (options->wants_help) {
    std::cout << chat::kUsage;
    return 0;
  }
  auto runtime = rt::runtime::Builder()
                     .threaded_scheduler()
                     .core_threads(options->workers)
                     .max_threads(options->workers + 4)
                     .thread_name("chat")
                     .enable_all()
                     .build();
  if (!runtime) {
    std::cerr << "chat: cannot start: " << runtime.error().message() << "\n";
    return 1;
  }
  std::error_code ignored;
  std::filesystem::create_directories(options->data, ignored);
  std::filesystem::remove(options->socket(), ignored);  // of a run that did not end well
  auto local = runtime->handle().enter([&] { return rt::net::UnixListener::bind(options->socket()); });
  if (!local) {
    std::cerr << "chat: cannot listen on " << options->socket().string() << ": " << local.error().message()
              << "\n";
    return 1;
  }
  const int status = runtime->block_on(chat::serve(*options, std::move(*local)));
  std::move(*runtime).shutdown_timeout(std::chrono::seconds(1));
  return status;
}
