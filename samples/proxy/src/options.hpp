// The command line.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <ferry/net.hpp>

namespace proxy {

using BackendList = std::vector<ferry::net::SocketAddr>;

struct Options {
  std::optional<ferry::net::SocketAddr> listen;
  std::optional<ferry::net::SocketAddr> admin;
  BackendList backends;
  std::string config;  // empty: none
  std::chrono::milliseconds connect_timeout{1000};
  std::chrono::milliseconds idle_timeout{60'000};
  std::chrono::milliseconds health_interval{1000};
  std::size_t workers = 2;
  bool wants_help = false;
};

extern const char* const kUsage;

/// What the arguments say, or in `error` what is wrong with them.
std::optional<Options> parse_options(int argc, char** argv, std::string& error);

}  // namespace proxy
