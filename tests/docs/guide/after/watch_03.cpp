#include <string>

#include <ferry/sync.hpp>
#include <ferry/task.hpp>

namespace rt = ferry;

void greet(const std::string& name);

// [guide]
rt::Task<void> follow(rt::sync::watch::Receiver<std::string> names) {
  names.mark_changed();
  while (co_await names.changed()) {
    auto name = *names.borrow_and_update();
    greet(name);
  }
}
// [guide]
