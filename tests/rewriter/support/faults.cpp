// Preloaded into a program, makes one of its changes to files below a directory go wrong.
//
// FERRY_FAULT_BELOW  the directory
// FERRY_FAULT_AT     which change, from 1
// FERRY_FAULT_KIND   `kill`: the process is killed before it; `kill-after`; `kill-half`: in the middle, if it
// is a
//                    write; or the number of the error that it ends with, `28` for a disk that is full
// FERRY_FAULT_ON     if set, every change from that one on ends with the error
// FERRY_FAULT_LOG    a file that gets a line for each change
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <string>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace {

struct Fault {
  std::string below;
  std::string kind;
  std::string log;
  long at = 0;
  bool goes_on = false;
  long seen = 0;

  Fault() {
    const auto variable = [](const char* name) {
      const char* value = std::getenv(name);
      return std::string(value == nullptr ? "" : value);
    };
    below = variable("FERRY_FAULT_BELOW");
    kind = variable("FERRY_FAULT_KIND");
    log = variable("FERRY_FAULT_LOG");
    at = std::atol(variable("FERRY_FAULT_AT").c_str());
    goes_on = !variable("FERRY_FAULT_ON").empty();
    ::unsetenv("LD_PRELOAD");  // what the program starts is left alone
  }
};

Fault& fault() {
  static Fault one;
  return one;
}

std::string path_of(int descriptor) {
  char path[4096];
  const ssize_t length =
      ::readlink(("/proc/self/fd/" + std::to_string(descriptor)).c_str(), path, sizeof path);
  return length < 0 ? std::string() : std::string(path, static_cast<std::size_t>(length));
}

[[noreturn]] void die() {
  ::kill(::getpid(), SIGKILL);
  for (;;) ::pause();
}

// What one change has to do.
class Change {
 public:
  Change(const char* what, const std::string& path) {
    Fault& all = fault();
    if (all.below.empty() || path.rfind(all.below, 0) != 0) return;
    ++all.seen;
    if (!all.log.empty()) {
      const std::string line = std::string(what) + " " + path.substr(all.below.size()) + "\n";
      const auto file = ::syscall(SYS_openat, AT_FDCWD, all.log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
      ::syscall(SYS_write, file, line.data(), line.size());
      ::syscall(SYS_close, file);
    }
    is_hit_ = all.seen == all.at || (all.goes_on && all.at != 0 && all.seen > all.at);
    if (is_hit_ && all.kind == "kill") die();
    if (is_hit_ && std::atoi(all.kind.c_str()) != 0) error_ = std::atoi(all.kind.c_str());
  }
  bool fails() const {
    if (error_ != 0) errno = error_;
    return error_ != 0;
  }
  bool is_half() const { return is_hit_ && fault().kind == "kill-half"; }
  template <class Result>
  Result done(Result result) const {
    if (is_hit_ && fault().kind.rfind("kill", 0) == 0) die();
    return result;
  }

 private:
  bool is_hit_ = false;
  int error_ = 0;
};

template <class Function>
Function real(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

int open_with(const char* name, const char* path, int flags, mode_t mode) {
  using Open = int (*)(const char*, int, mode_t);
  static const Open open = real<Open>("open64");
  if ((flags & (O_WRONLY | O_RDWR | O_CREAT)) == 0) return open(path, flags, mode);
  const Change change(name, path);
  return change.fails() ? -1 : change.done(open(path, flags, mode));
}

mode_t mode_of(int flags, va_list list) { return (flags & O_CREAT) != 0 ? va_arg(list, mode_t) : 0; }

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
  va_list list;
  va_start(list, flags);
  const mode_t mode = mode_of(flags, list);
  va_end(list);
  return open_with("open", path, flags, mode);
}

int open64(const char* path, int flags, ...) {
  va_list list;
  va_start(list, flags);
  const mode_t mode = mode_of(flags, list);
  va_end(list);
  return open_with("open", path, flags, mode);
}

ssize_t write(int descriptor, const void* data, size_t size) {
  static const auto next = real<ssize_t (*)(int, const void*, size_t)>("write");
  const Change change("write", path_of(descriptor));
  if (change.fails()) return -1;
  if (change.is_half()) return change.done(next(descriptor, data, size / 2));
  return change.done(next(descriptor, data, size));
}

#define FERRY_CHANGE_PATH(name, ...)                     \
  static const auto next = real<decltype(&name)>(#name); \
  const Change change(#name, path);                      \
  return change.fails() ? -1 : change.done(next(__VA_ARGS__))

#define FERRY_CHANGE_DESCRIPTOR(name, ...)               \
  static const auto next = real<decltype(&name)>(#name); \
  const Change change(#name, path_of(descriptor));       \
  return change.fails() ? -1 : change.done(next(__VA_ARGS__))

int rename(const char* path, const char* to) noexcept { FERRY_CHANGE_PATH(rename, path, to); }
int unlink(const char* path) noexcept { FERRY_CHANGE_PATH(unlink, path); }
int remove(const char* path) noexcept { FERRY_CHANGE_PATH(remove, path); }
int mkdir(const char* path, mode_t mode) noexcept { FERRY_CHANGE_PATH(mkdir, path, mode); }
int chmod(const char* path, mode_t mode) noexcept { FERRY_CHANGE_PATH(chmod, path, mode); }
int chown(const char* path, uid_t user, gid_t group) noexcept { FERRY_CHANGE_PATH(chown, path, user, group); }
// Only a power failure would tell the difference.
int fsync(int descriptor) {
  const Change change("fsync", path_of(descriptor));
  return change.fails() ? -1 : change.done(0);
}
int ftruncate(int descriptor, off_t size) noexcept { FERRY_CHANGE_DESCRIPTOR(ftruncate, descriptor, size); }
int ftruncate64(int descriptor, off64_t size) noexcept {
  FERRY_CHANGE_DESCRIPTOR(ftruncate64, descriptor, size);
}
int fchmod(int descriptor, mode_t mode) noexcept { FERRY_CHANGE_DESCRIPTOR(fchmod, descriptor, mode); }
}
