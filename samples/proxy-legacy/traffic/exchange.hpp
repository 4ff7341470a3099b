// What the clients and the backends of a proxy say to each other.
#pragma once

#include <cstdint>

namespace traffic {

/// What a client says first.
struct Header {
  enum Kind : std::uint32_t {
    Exchange,  // `length` bytes each way at the same time, the client's end of input, then a Trailer
    Stall,     // the backend never answers
  };
  std::uint32_t kind;
  std::uint32_t length;
  std::uint64_t seed;  // of the client's bytes; the backend's come from ~seed
};

/// What a backend says last.
struct Trailer {
  std::uint32_t is_intact;  // whether it got the client's bytes as they were sent
  std::uint32_t backend;
};

}  // namespace traffic
