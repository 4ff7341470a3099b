#include "options.hpp"

#include <charconv>
#include <string_view>

namespace proxy {
namespace {

bool parse_number(std::string_view text, long& number) {
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failure == std::errc() && end == text.data() + text.size() && number > 0;
}

}  // namespace

const char* const kUsage =
    "usage: proxy --listen ADDR --backend ADDR... [options]\n"
    "  --listen ADDR          accept clients here, as in 127.0.0.1:8080; port 0 takes a free one\n"
    "  --backend ADDR         a server to balance over; may be given several times\n"
    "  --config FILE          more backends, one address a line; read again when the file changes\n"
    "  --admin ADDR           answer `status` and `reload` here\n"
    "  --connect-timeout MS   give a backend up after this long (1000)\n"
    "  --idle-timeout MS      close a connection on which nothing moved for this long (60000)\n"
    "  --health-interval MS   look after the backends this often (1000)\n"
    "  --workers N            threads (2)\n"
    "  --help                 this text\n";

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
    if (name == "--config") {
      options.config = value;
    } else if (name == "--listen" || name == "--backend" || name == "--admin") {
      const auto address = ferry::net::SocketAddr::parse(value);
      if (!address) {
        error = std::string(name) + ": not an address: " + value;
        return std::nullopt;
      }
      if (name == "--listen") options.listen = *address;
      if (name == "--admin") options.admin = *address;
      if (name == "--backend") options.backends.push_back(*address);
    } else {
      long number = 0;
      if (!parse_number(value, number)) {
        error = std::string(name) + ": not a positive number: " + value;
        return std::nullopt;
      }
      if (name == "--connect-timeout") {
        options.connect_timeout = std::chrono::milliseconds(number);
      } else if (name == "--idle-timeout") {
        options.idle_timeout = std::chrono::milliseconds(number);
      } else if (name == "--health-interval") {
        options.health_interval = std::chrono::milliseconds(number);
      } else if (name == "--workers") {
        options.workers = static_cast<std::size_t>(number);
      } else {
        error = std::string(name) + ": unknown option";
        return std::nullopt;
      }
    }
  }
  if (!options.listen) {
    error = "--listen is missing";
    return std::nullopt;
  }
  if (options.backends.empty() && options.config.empty()) {
    error = "no backend: give --backend or --config";
    return std::nullopt;
  }
  return options;
}

}  // namespace proxy
