/// What every echo server is told, and what it says: PORT THREADS BUFFER_BYTES on its command line, and its
/// port, once it listens, as its first line of output.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace bench {

struct Arguments {
  std::uint16_t port;        ///< of 127.0.0.1; 0 lets the system choose
  int threads;               ///< which serve connections
  std::size_t buffer_bytes;  ///< of each connection; 0, where there is one: by the library's own copy

  /// Anything left out is a free port, one thread and 1024 bytes.
  static Arguments parse(int argc, char** argv) {
    const auto number = [&](int index, long otherwise) {
      return index < argc ? std::strtol(argv[index], nullptr, 10) : otherwise;
    };
    return {static_cast<std::uint16_t>(number(1, 0)), static_cast<int>(number(2, 1)),
            static_cast<std::size_t>(number(3, 1024))};
  }
};

inline void say_ready(std::uint16_t port) {
  std::printf("%u\n", static_cast<unsigned>(port));
  std::fflush(stdout);
}

}  // namespace bench
