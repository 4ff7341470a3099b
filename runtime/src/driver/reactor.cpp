#include "driver/reactor.hpp"

#include <utility>

#include "runtime/shutdown_error.hpp"

namespace ferry::detail {

void Reactor::turn(std::optional<Clock::time_point> deadline) {
  const Clock::time_point now = deadline ? Clock::now() : Clock::time_point();
  if (deadline && *deadline <= now)
    run(Wait::Look, std::nullopt, now);
  else
    run(Wait::Block, deadline, now);
  wake_all(woken_);
}

boost::asio::io_context& Reactor::context() {
  if (!has_lent_context() && !has_lent_context_.exchange(true, std::memory_order_acq_rel)) begin_context();
  return own_context();
}

io::Result<IoRegistrationPtr> Reactor::add(int fd, SchedulerRef owner) {
  io::Result<IoRegistrationPtr> registration = shutdown_error();
  with_context([&] { registration = watch(fd, std::move(owner)); });
  if (!registration) return registration;
  Woken nobody;
  std::lock_guard lock(registrations_mutex_);
  ++registered_;
  registrations_.push_back(**registration);
  if (is_shut_down_) (*registration)->shut_down(nobody);
  return registration;
}

void Reactor::retire(IoRegistration& registration) noexcept {
  registration.leave();
  std::lock_guard lock(registrations_mutex_);
  ++deregistered_;
  registrations_.remove(registration);
  retired_.push_back(registration);
  has_retired_.store(true, std::memory_order_relaxed);
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

Reactor::Counts Reactor::counts() const noexcept {
  std::lock_guard lock(registrations_mutex_);
  return {registered_, deregistered_, events_.get()};
}

bool Reactor::has_registrations() const noexcept {
  std::lock_guard lock(registrations_mutex_);
  return !registrations_.is_empty();
}

void Reactor::shut_down() noexcept {
  Woken woken;
  {
    std::lock_guard lock(registrations_mutex_);
    is_shut_down_ = true;
    IntrusiveList<IoRegistration> seen;
    while (IoRegistration* registration = registrations_.pop_front()) {
      seen.push_back(*registration);
      registration->shut_down(woken);
    }
    registrations_.splice_back(seen);
  }
  wake_all(woken);
  {
    std::lock_guard lock(abandon_mutex_);
    is_abandoned_ = true;
  }
  if (has_lent_context()) abandon_context();
}

}  // namespace ferry::detail
