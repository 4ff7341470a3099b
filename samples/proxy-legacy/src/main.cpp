// proxy: a TCP load balancer.
#include <iostream>

#include <ferry/v0_2/runtime.hpp>

#include "options.hpp"
#include "rt.hpp"
#include "server.hpp"

int main(int argc, char** argv) {
  std::string error;
  const auto options = proxy::parse_options(argc, argv, error);
  if (!options) {
    std::cerr << "proxy: " << error << "\n" << proxy::kUsage;
    return 2;
  }
  if (options->wants_help) {
    std::cout << proxy::kUsage;
    return 0;
  }
  auto runtime =
      rt::runtime::Builder().threaded_scheduler().core_threads(options->workers).enable_all().build();
  if (!runtime) {
    std::cerr << "proxy: cannot start: " << runtime.error().message() << "\n";
    return 1;
  }
  return runtime->block_on(proxy::serve(*options));
}
