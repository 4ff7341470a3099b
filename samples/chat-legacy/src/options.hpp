// The command line.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

#include <ferry/v0_2/net.hpp>

#include "rt.hpp"

namespace chat {

struct Options {
  std::optional<rt::net::SocketAddr> listen;
  std::filesystem::path data;
  std::string bot;                    // a command of the shell; empty: no bot
  std::chrono::milliseconds rate{0};  // between two lines of one client; 0: none
  std::chrono::milliseconds idle{60'000};
  std::chrono::milliseconds mute{1000};
  unsigned burst = 1000;  // how much a client may say in a second
  std::size_t line_limit = 8192;
  std::size_t clients = 256;
  std::size_t workers = 2;
  bool wants_help = false;

  std::filesystem::path socket() const { return data / "socket"; }
  std::filesystem::path logs() const { return data / "log"; }
};

extern const char* const kUsage;

/// What the arguments say, or in `error` what is wrong with them.
std::optional<Options> parse_options(int argc, char** argv, std::string& error);

}  // namespace chat
