#include "options.hpp"

#include <charconv>
#include <string_view>

namespace chat {
namespace {

bool parse_number(std::string_view text, unsigned& number) {
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failure == std::errc() && end == text.data() + text.size() && number > 0;
}

/// Whether there is an option of that name with a number.
bool set_number(Options& options, std::string_view name, unsigned number) {
  const std::chrono::milliseconds time(number);
  if (name == "--rate") return options.rate = time, true;
  if (name == "--idle") return options.idle = time, true;
  if (name == "--mute") return options.mute = time, true;
  if (name == "--burst") return options.burst = number, true;
  if (name == "--line-limit") return options.line_limit = number, true;
  if (name == "--clients") return options.clients = number, true;
  if (name == "--workers") return options.workers = number, true;
  return false;
}

}  // namespace

const char* const kUsage =
    "usage: chat --listen ADDR --data DIR [options]\n"
    "  --listen ADDR    accept clients here, as in 127.0.0.1:8080; port 0 takes a free one\n"
    "  --data DIR       where the logs are kept, and the Unix socket on which clients are accepted as well\n"
    "  --bot COMMAND    answers BOT: run by the shell, a line in, a line out\n"
    "  --rate MS        take the next line of a client this long after the one before (0)\n"
    "  --idle MS        ask a client that says nothing for so long, then part with it (60000)\n"
    "  --burst N        mute who says more than this in a second (1000)\n"
    "  --mute MS        for how long (1000)\n"
    "  --line-limit N   the longest line, in bytes (8192)\n"
    "  --clients N      how many are served at a time (256)\n"
    "  --workers N      threads (2)\n"
    "  --help           this text\n";

std::optional<Options> parse_options(int argc, char** argv, std::string& error) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--help") {
      options.wants_help = true;
      return options;
    }
    if (i + 1 == argc) {
      error = std::string(name) + ": unknown, or its value is missing";
      return std::nullopt;
    }
    const std::string value = argv[++i];
    if (name == "--data") {
      options.data = value;
    } else if (name == "--bot") {
      options.bot = value;
    } else if (name == "--listen") {
      const auto address = rt::net::SocketAddr::parse(value);
      if (!address) {
        error = "--listen: not an address: " + value;
        return std::nullopt;
      }
      options.listen = *address;
    } else {
      unsigned number = 0;
      if (!parse_number(value, number)) {
        error = std::string(name) + ": not a positive number: " + value;
        return std::nullopt;
      }
      if (!set_number(options, name, number)) {
        error = std::string(name) + ": unknown option";
        return std::nullopt;
      }
    }
  }
  if (!options.listen || options.data.empty()) {
    error = std::string(options.listen ? "--data" : "--listen") + " is missing";
    return std::nullopt;
  }
  return options;
}

}  // namespace chat
