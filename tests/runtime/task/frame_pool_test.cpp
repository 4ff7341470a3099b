#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <exception>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/detail/frame_pool.hpp>

#include "support/reuses_frames.hpp"

using namespace ferry;
using namespace ferry::detail;

namespace {

struct Block {
  unsigned char* memory;
  std::size_t size;
  unsigned char mark;
};

Block make(std::size_t size, unsigned char mark) {
  auto* const memory = static_cast<unsigned char*>(allocate_frame(size));
  std::memset(memory, mark, size);
  return {memory, size, mark};
}

bool is_intact(const Block& block) {
  return std::all_of(block.memory, block.memory + block.size,
                     [&](unsigned char byte) { return byte == block.mark; });
}

std::vector<void*> allocate(std::size_t count, std::size_t size) {
  std::vector<void*> blocks(count);
  for (void*& block : blocks) block = allocate_frame(size);
  return blocks;
}

void free_all(const std::vector<void*>& blocks, std::size_t size) {
  for (void* block : blocks) free_frame(block, size);
}

}  // namespace

TEST_SUITE("task.frame_pool") {
  TEST_CASE("blocks of all sizes are aligned and their own") {
    std::vector<Block> blocks;
    unsigned char mark = 0;
    for (int round = 0; round < 3; ++round) {
      for (const std::size_t size : {1, 63, 64, 65, 128, 200, 1000, 4032, 4095, 4096, 4097, 10000})
        for (int i = 0; i < 50; ++i) blocks.push_back(make(size, ++mark));
      for (const Block& block : blocks) {
        CHECK(reinterpret_cast<std::uintptr_t>(block.memory) % __STDCPP_DEFAULT_NEW_ALIGNMENT__ == 0);
        CHECK(is_intact(block));
      }
      // Every other one comes back, so that the next round mixes old blocks and new ones.
      std::vector<Block> kept;
      for (std::size_t i = 0; i < blocks.size(); ++i) {
        if (i % 2 == 0)
          kept.push_back(blocks[i]);
        else
          free_frame(blocks[i].memory, blocks[i].size);
      }
      blocks = std::move(kept);
    }
    for (const Block& block : blocks) {
      CHECK(is_intact(block));
      free_frame(block.memory, block.size);
    }
  }

  TEST_CASE("a block that was freed is the next one of its class, whatever the exact size") {
    if (!test::reuses_frames()) return;
    void* const block = allocate_frame(130);
    free_frame(block, 130);
    void* const same = allocate_frame(192);
    CHECK(same == block);
    void* const other = allocate_frame(193);
    CHECK(other != block);
    free_frame(same, 192);
    free_frame(other, 193);
  }

  TEST_CASE("of large blocks, a thread keeps the one that it has freed last") {
    if (!test::reuses_frames()) return;
    void* const first = allocate_frame(8192);
    void* const second = allocate_frame(8192);
    free_frame(first, 8192);
    free_frame(second, 8192);
    void* const other_size = allocate_frame(8193);
    CHECK(other_size != second);
    CHECK(allocate_frame(8192) == second);
    free_frame(second, 8192);
    free_frame(other_size, 8193);
    std::thread([] { free_frame(allocate_frame(8192), 8192); }).join();
  }

  TEST_CASE("what one thread allocates and another frees comes back to the first") {
    if (!test::reuses_frames()) return;
    constexpr std::size_t kSize = 1400;  // of a class that nothing else here uses
    std::set<void*> seen;
    for (int round = 0; round < 50; ++round) {
      const std::vector<void*> blocks = allocate(1000, kSize);
      seen.insert(blocks.begin(), blocks.end());
      std::thread([&] { free_all(blocks, kSize); }).join();
    }
    CHECK(seen.size() == 1000);
  }

  TEST_CASE("a thread that ends leaves its free blocks to others") {
    if (!test::reuses_frames()) return;
    constexpr std::size_t kSize = 1500;
    std::set<void*> seen;
    for (int round = 0; round < 50; ++round) {
      std::thread([&] {
        const std::vector<void*> blocks = allocate(100, kSize);
        seen.insert(blocks.begin(), blocks.end());
        free_all(blocks, kSize);
      }).join();
    }
    CHECK(seen.size() == 100);
  }

  TEST_CASE("threads that hand blocks to each other do not disturb one another") {
    std::vector<std::thread> threads;
    for (unsigned char number = 1; number <= 4; ++number)
      threads.emplace_back([number] {
        for (int round = 0; round < 20; ++round) {
          std::vector<Block> blocks;
          for (std::size_t i = 0; i < 300; ++i) blocks.push_back(make(64 + i % 256, number));
          std::thread([&] {
            for (const Block& block : blocks) {
              if (!is_intact(block)) std::terminate();
              free_frame(block.memory, block.size);
            }
          }).join();
        }
      });
    for (std::thread& thread : threads) thread.join();
  }
}
