#include <string>

#include <ferry/v0_2/sync.hpp>
#include <ferry/v0_2/task.hpp>

namespace rt = ferry::v0_2;

void greet(const std::string& name);

// [guide]
rt::Task<void> follow(rt::sync::watch::Receiver<std::string> names) {
  while (auto name = co_await names.recv()) {
    greet(*name);
  }
}
// [guide]
