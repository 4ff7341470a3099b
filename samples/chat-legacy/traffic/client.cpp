#include "client.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

namespace traffic {
namespace {

using namespace std::chrono_literals;

constexpr auto kLimit = 8s;

Fd connect_to_path(const std::string& path) {
  Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw Failure(path + ": " + std::strerror(errno));
  }
  set_nonblocking(fd.get());
  return fd;
}

}  // namespace

Client::Client(Fd fd, Sums& sums) : fd_(std::move(fd)), sums_(sums) { ++sums_.clients; }
Client::Client(std::uint16_t port, Sums& sums) : Client(connect_to(port, in(kLimit)), sums) {}
Client::Client(const std::string& path, Sums& sums) : Client(connect_to_path(path), sums) {}

void Client::send(const std::string& line) {
  const std::string sent = line + "\n";
  send_all(fd_.get(), {reinterpret_cast<const std::uint8_t*>(sent.data()), sent.size()}, in(kLimit));
  sums_.bytes_sent += sent.size();
}

bool Client::receive_line(std::string& line, Deadline deadline) {
  std::size_t end;
  while ((end = buffered_.find('\n')) == std::string::npos) {
    if (!wait_for(fd_.get(), POLLIN, deadline)) return false;
    std::uint8_t bytes[4096];
    const auto count = receive_some(fd_.get(), bytes, deadline);
    if (count == 0) throw Failure("a connection ended too early, after \"" + buffered_ + "\"");
    sums_.bytes_received += count;
    buffered_.append(bytes, bytes + count);
  }
  line = buffered_.substr(0, end);
  buffered_.erase(0, end + 1);
  return true;
}

std::string Client::expect(const std::string& prefix) {
  const auto begins = [&](const std::string& line) { return line.starts_with(prefix); };
  std::string line;
  if (const auto kept = std::find_if(lines_.begin(), lines_.end(), begins); kept != lines_.end()) {
    line = std::move(*kept);
    lines_.erase(kept);
    return line.substr(prefix.size());
  }
  for (const auto deadline = in(kLimit); receive_line(line, deadline); lines_.push_back(line)) {
    if (begins(line)) return line.substr(prefix.size());
  }
  throw Failure("\"" + prefix + "\" never came; the last line was \"" +
                (lines_.empty() ? std::string() : lines_.back()) + "\"");
}

std::string Client::next_line() {
  std::string line;
  if (!lines_.empty()) {
    line = std::move(lines_.front());
    lines_.pop_front();
  } else if (!receive_line(line, in(kLimit))) {
    throw Failure("a line never came");
  }
  return line;
}

bool Client::is_silent_for(std::chrono::milliseconds time) {
  std::string line;
  if (!receive_line(line, in(time))) return true;
  lines_.push_back(std::move(line));
  return false;
}

void Client::expect_end() {
  std::uint8_t byte = 0;
  if (!buffered_.empty() || receive_some(fd_.get(), {&byte, 1}, in(kLimit)) != 0) {
    throw Failure("something came behind the last words");
  }
}

std::string Client::command(const std::string& line) {
  send(line);
  return expect("ok " + line.substr(0, line.find(' ')));
}

void Client::enter(const std::string& nick, const std::string& room) {
  command("NICK " + nick);
  command("JOIN " + room);
}

void Client::say(const std::string& room, const std::string& text) {
  command("SAY " + room + " " + text);
  ++sums_.messages;
}

void Client::quit() {
  send("QUIT");
  expect("bye quit");
  expect_end();
}

}  // namespace traffic
