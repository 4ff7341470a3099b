// What has come and gone, over all connections.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

namespace chat {

struct Totals {
  std::atomic<std::uint64_t> clients{0};
  std::atomic<std::uint64_t> messages{0};
  std::atomic<std::uint64_t> bytes_in{0};
  std::atomic<std::uint64_t> bytes_out{0};

  std::string to_string() const {
    return "clients " + std::to_string(clients) + "\nmessages " + std::to_string(messages) + "\nbytes_in " +
           std::to_string(bytes_in) + "\nbytes_out " + std::to_string(bytes_out) + "\n";
  }
};

}  // namespace chat
