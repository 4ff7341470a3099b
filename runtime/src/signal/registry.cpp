#include "signal/registry.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <mutex>
#include <sys/eventfd.h>
#include <unistd.h>

#include <ferry/io/error.hpp>

// The handler may interrupt any thread anywhere, so it takes no lock: it walks a list that only grows and
// writes to eventfds, each of which one runtime's reactor watches.
namespace ferry::signal::detail {
namespace {

struct Entry {
  std::atomic<Slot*> slots{nullptr};
  bool is_installed = false;    // under g_mutex
  struct sigaction previous{};  // written before the handler is installed, then never again
};

std::mutex g_mutex;
std::array<Entry, NSIG> g_entries;

void call_previous(const struct sigaction& previous, int number, siginfo_t* info, void* context) {
  if ((previous.sa_flags & SA_SIGINFO) != 0)
    previous.sa_sigaction(number, info, context);
  else if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN)
    previous.sa_handler(number);
}

void on_signal(int number, siginfo_t* info, void* context) {
  const int saved_errno = errno;
  const Entry& entry = g_entries[static_cast<std::size_t>(number)];
  // acquire: sees the slots as they were when they were linked in.
  for (const Slot* slot = entry.slots.load(std::memory_order_acquire); slot != nullptr; slot = slot->next) {
    if (!slot->is_used.load(std::memory_order_acquire)) continue;
    const std::uint64_t one = 1;
    static_cast<void>(
        !::write(slot->event_fd, &one, sizeof(one)));  // a full counter has been heard of already
  }
  call_previous(entry.previous, number, info, context);
  errno = saved_errno;
}

io::Result<void> install(Entry& entry, int number) noexcept {
  if (entry.is_installed) return {};
  if (::sigaction(number, nullptr, &entry.previous) != 0) return io::last_os_error();
  struct sigaction action{};
  action.sa_sigaction = on_signal;
  action.sa_flags = SA_SIGINFO | SA_RESTART;
  ::sigfillset(&action.sa_mask);
  if (::sigaction(number, &action, nullptr) != 0) return io::last_os_error();
  entry.is_installed = true;
  return {};
}

bool may_be_heard(int number) noexcept {
  switch (number) {
    case SIGKILL:
    case SIGSTOP:
    case SIGILL:
    case SIGFPE:
    case SIGSEGV:
      return false;
    default:
      return number > 0 && number < NSIG;
  }
}

}  // namespace

io::Result<Slot*> subscribe(int number) {
  if (!may_be_heard(number)) return io::Error(EINVAL, boost::system::system_category());
  Entry& entry = g_entries[static_cast<std::size_t>(number)];
  const std::lock_guard lock(g_mutex);
  if (const io::Result<void> installed = install(entry, number); !installed) return installed.error();

  Slot* slot = entry.slots.load(std::memory_order_relaxed);
  while (slot != nullptr && slot->is_used.load(std::memory_order_acquire)) slot = slot->next;
  if (slot == nullptr) {
    const int event_fd = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (event_fd < 0) return io::last_os_error();
    slot = new Slot(event_fd);
    slot->next = entry.slots.load(std::memory_order_relaxed);
    // release: a handler that sees the slot sees what is in it.
    entry.slots.store(slot, std::memory_order_release);
  }
  std::uint64_t heard_before = 0;
  static_cast<void>(!::read(slot->event_fd, &heard_before, sizeof(heard_before)));
  slot->is_used.store(true, std::memory_order_release);
  return slot;
}

void unsubscribe(Slot& slot) noexcept { slot.is_used.store(false, std::memory_order_release); }

}  // namespace ferry::signal::detail
