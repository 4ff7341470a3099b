#include "driver/reactor.hpp"

#include <cerrno>
#include <utility>

#include "runtime/context.hpp"
#include "runtime/shutdown_error.hpp"

namespace ferry::detail {

ContextUse::ContextUse(Reactor& reactor) : reactor_(reactor), outer_(thread_context().context_use) {
  // A shared lock is not to be taken twice: who wants it for itself may be waiting in between.
  if (!is_in(reactor)) lock_ = std::shared_lock(reactor.abandon_mutex_);
  thread_context().context_use = this;
}

ContextUse::~ContextUse() { thread_context().context_use = outer_; }

bool ContextUse::is_in(const Reactor& reactor) noexcept {
  for (const ContextUse* use = thread_context().context_use; use != nullptr; use = use->outer_)
    if (&use->reactor_ == &reactor) return true;
  return false;
}

void Reactor::turn(std::optional<Clock::time_point> deadline) {
  const Clock::time_point now = deadline ? Clock::now() : Clock::time_point();
  if (deadline && *deadline <= now)
    run(Wait::Look, std::nullopt, now);
  else
    run(Wait::Block, deadline, now);
  wake_all(woken_);
}

boost::asio::io_context& Reactor::context() {
  if (!has_lent_context() && !has_lent_context_.exchange(true, std::memory_order_acq_rel))
    with_context([this] { begin_context(); });
  return own_context();
}

io::Result<IoRegistrationPtr> Reactor::add(int fd, SchedulerRef owner) {
  if (fd < 0) return io::Error(EBADF, boost::system::system_category());
  const auto index = static_cast<std::size_t>(fd);
  io::Result<IoRegistrationPtr> registration = shutdown_error();
  Woken woken;
  with_context([&] {
    std::lock_guard lock(registrations_mutex_);
    if (index >= registrations_.size()) registrations_.resize(index + 1);
    registration = watch(fd, std::move(owner), woken);
    if (!registration) return;
    ++registered_;
    registrations_[index] = registration->get();
    if (is_shut_down_) (*registration)->shut_down(woken);
  });
  wake_all(woken);
  return registration;
}

void Reactor::supersede(int fd, Woken& woken) noexcept {
  IoRegistration*& registered = registrations_[static_cast<std::size_t>(fd)];
  if (IoRegistration* const before = std::exchange(registered, nullptr)) before->lose(woken);
}

bool Reactor::retire(IoRegistration& registration) noexcept {
  Woken nobody;
  std::lock_guard lock(registrations_mutex_);
  if (!registration.is_lost() && !registration.leave()) registration.lose(nobody);
  ++deregistered_;
  IoRegistration*& registered = registrations_[static_cast<std::size_t>(registration.fd())];
  if (registered == &registration) registered = nullptr;
  retired_.push_back(registration);
  has_retired_.store(true, std::memory_order_relaxed);
  return !registration.is_lost();
}

bool Reactor::fence_retired() noexcept {
  if (!has_retired_.load(std::memory_order_relaxed) || !fenced_.is_empty()) return false;
  std::lock_guard lock(registrations_mutex_);
  fenced_.splice_back(retired_);
  has_retired_.store(false, std::memory_order_relaxed);
  return true;
}

void Reactor::free_fenced() noexcept {
  while (IoRegistration* const registration = fenced_.pop_front()) registration->release();
}

void Reactor::free_retired() noexcept {
  free_fenced();
  fenced_.splice_back(retired_);
  free_fenced();
}

Reactor::Counts Reactor::counts() const noexcept {
  std::lock_guard lock(registrations_mutex_);
  return {registered_, deregistered_, events_.get()};
}

bool Reactor::has_registrations() const noexcept {
  std::lock_guard lock(registrations_mutex_);
  return registered_ != deregistered_;
}

void Reactor::shut_down() noexcept {
  Woken woken;
  {
    std::lock_guard lock(registrations_mutex_);
    is_shut_down_ = true;
    for (IoRegistration* const registration : registrations_)
      if (registration != nullptr) registration->shut_down(woken);
  }
  wake_all(woken);
  {
    std::unique_lock lock(abandon_mutex_, std::defer_lock);
    if (!ContextUse::is_in(*this)) lock.lock();  // else a handler shuts its own runtime down
    is_abandoned_.store(true, std::memory_order_release);
  }
  if (!has_lent_context()) return;
  std::lock_guard lock(abandoned_mutex_);
  abandon_context();
}

}  // namespace ferry::detail
