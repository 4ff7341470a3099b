// proxy: a TCP load balancer.
#include <iostream>

#include <ferry/runtime.hpp>

#include "options.hpp"
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
  const auto runtime =
      ferry::runtime::Builder::new_multi_thread().worker_threads(options->workers).enable_all().build();
  if (!runtime) {
    std::cerr << "proxy: cannot start: " << runtime.error().message() << "\n";
    return 1;
  }
  return runtime->block_on(proxy::serve(*options));
}
