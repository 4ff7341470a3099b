#include "frontend/snapshots.hpp"

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <sys/socket.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace ferry::rewriter {
namespace {

// Nothing is sent but single bytes: a question, and its answer.
bool send(int connection) {
  ssize_t sent = 0;
  do sent = ::send(connection, "", 1, MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  return sent == 1;
}

bool receive(int connection) {
  char byte = 0;
  ssize_t received = 0;
  do received = ::recv(connection, &byte, 1, 0);
  while (received < 0 && errno == EINTR);
  return received == 1;
}

bool is_same(const Job& a, const Job& b) {
  return a.file == b.file && a.directory == b.directory && a.arguments == b.arguments;
}

}  // namespace

Snapshots::~Snapshots() {
  while (!snapshots_.empty()) drop(snapshots_.begin());
}

std::list<Snapshots::Snapshot>::iterator Snapshots::find(const Job& job) {
  return std::ranges::find_if(snapshots_,
                              [&](const Snapshot& snapshot) { return is_same(snapshot.job, job); });
}

void Snapshots::drop(std::list<Snapshot>::iterator snapshot) {
  ::close(snapshot->asking);
  if (snapshot->serving >= 0) ::close(snapshot->serving);
  snapshots_.erase(snapshot);
}

std::optional<std::string> Snapshots::parse(const Job& job) {
  const auto snapshot = find(job);
  if (snapshot == snapshots_.end()) return std::nullopt;
  // Its process has the other end by now, and this one must see when that is gone.
  if (const int serving = std::exchange(snapshot->serving, -1); serving >= 0) ::close(serving);
  if (!hold(snapshot->stamps) || !send(snapshot->asking) || !receive(snapshot->asking)) {
    drop(snapshot);
    return std::nullopt;
  }
  snapshots_.splice(snapshots_.begin(), snapshots_, snapshot);
  return results_.take(snapshot->number);
}

std::size_t Snapshots::expect(const Job& job, std::vector<Stamp> lookups) {
  if (const auto known = find(job); known != snapshots_.end()) drop(known);
  while (snapshots_.size() >= kMost) drop(std::prev(snapshots_.end()));
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    throw std::system_error(errno, std::generic_category(), "socketpair");
  std::erase_if(lookups, [&](const Stamp& stamp) { return stamp.path == job.file; });
  snapshots_.push_front(
      {.number = next_++, .job = job, .stamps = std::move(lookups), .asking = ends[0], .serving = ends[1]});
  return snapshots_.front().number;
}

void Snapshots::serve(std::size_t number) {
  // Who asks is gone when nobody has its ends any more, so none of them may stay here.
  int connection = -1;
  for (const Snapshot& snapshot : snapshots_) {
    ::close(snapshot.asking);
    if (snapshot.number == number)
      connection = snapshot.serving;
    else if (snapshot.serving >= 0)
      ::close(snapshot.serving);
  }
  while (receive(connection)) {
    const pid_t child = ::fork();
    if (child == 0) {
      ::close(connection);
      return;
    }
    if (child > 0)
      while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
      }
    if (child < 0 || !send(connection)) break;
  }
  ::_exit(0);
}

}  // namespace ferry::rewriter
