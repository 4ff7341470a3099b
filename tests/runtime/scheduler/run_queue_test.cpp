#include "scheduler/run_queue.hpp"

#include <atomic>
#include <deque>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

using namespace ferry::detail;

namespace {

// A task that is never run: an entry to move around.
class Entry final : public TaskHeader {
 public:
  explicit Entry(std::uint64_t number) : TaskHeader(nullptr, nullptr, std::source_location(), false) {
    id = number;
  }
};

}  // namespace

TEST_SUITE("scheduler.RunQueue") {
  TEST_CASE("entries come out in the order they went in") {
    RunQueue queue;
    InjectQueue inject;
    std::deque<Entry> entries;
    for (std::uint64_t i = 0; i < 10; ++i) queue.push(&entries.emplace_back(i), inject);
    CHECK(queue.size() == 10);
    for (std::uint64_t i = 0; i < 10; ++i) CHECK(queue.pop()->id == i);
    CHECK(queue.pop() == nullptr);
    CHECK(inject.is_empty());
  }

  TEST_CASE("a full ring hands half of itself and the new entry over") {
    RunQueue queue;
    InjectQueue inject;
    std::deque<Entry> entries;
    for (std::uint64_t i = 0; i <= RunQueue::kCapacity; ++i) queue.push(&entries.emplace_back(i), inject);
    CHECK(queue.size() == RunQueue::kCapacity / 2);
    CHECK(inject.size() == RunQueue::kCapacity / 2 + 1);
    CHECK(inject.pop()->id == 0);
    CHECK(queue.pop()->id == RunQueue::kCapacity / 2);
    while (inject.pop() != nullptr) {
    }
  }

  TEST_CASE("a thief gets half, rounded up") {
    RunQueue queue;
    RunQueue thief;
    InjectQueue inject;
    std::deque<Entry> entries;
    for (std::uint64_t i = 0; i < 7; ++i) queue.push(&entries.emplace_back(i), inject);
    TaskHeader* first = queue.steal_into(thief).task;
    REQUIRE(first != nullptr);
    CHECK(first->id == 3);
    CHECK(thief.size() == 3);
    CHECK(queue.size() == 3);
    CHECK(thief.pop()->id == 0);
    CHECK(queue.pop()->id == 4);
  }

  TEST_CASE("owner and thieves together see every entry once") {
    constexpr std::uint64_t kEntries = 20'000;
    RunQueue queue;
    InjectQueue inject;
    std::deque<Entry> entries;
    for (std::uint64_t i = 0; i < kEntries; ++i) entries.emplace_back(i);
    std::vector<std::atomic<int>> seen(kEntries);
    std::atomic<bool> is_done = false;
    auto thief = [&] {
      RunQueue own;
      for (;;) {
        const bool was_done = is_done;
        TaskHeader* task = queue.steal_into(own).task;
        if (task != nullptr) seen[task->id].fetch_add(1);
        while (TaskHeader* mine = own.pop()) seen[mine->id].fetch_add(1);
        if (task == nullptr && was_done) return;
      }
    };
    std::thread a(thief);
    std::thread b(thief);
    for (std::uint64_t i = 0; i < kEntries; ++i) {
      queue.push(&entries[i], inject);
      if (i % 3 == 0)
        if (TaskHeader* task = queue.pop()) seen[task->id].fetch_add(1);
    }
    while (TaskHeader* task = queue.pop()) seen[task->id].fetch_add(1);
    is_done = true;
    a.join();
    b.join();
    while (TaskHeader* task = queue.pop()) seen[task->id].fetch_add(1);
    while (TaskHeader* task = inject.pop()) seen[task->id].fetch_add(1);
    int wrong = 0;
    for (const auto& count : seen) wrong += count != 1;
    CHECK(wrong == 0);
  }
}
