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
  registrations_[static_cast<std::size_t>(fd)] = registration->get();
  if (is_shut_down_) (*registration)->shut_down(nobody);
  return registration;
}

void Reactor::supersede(int fd) {
  const auto index = static_cast<std::size_t>(fd);
  Woken woken;
  {
    std::lock_guard lock(registrations_mutex_);
    if (index >= registrations_.size()) registrations_.resize(index + 1);
    if (IoRegistration* const before = std::exchange(registrations_[index], nullptr)) before->lose(woken);
  }
  wake_all(woken);
}

bool Reactor::retire(IoRegistration& registration) noexcept {
  const bool has_left = !registration.is_lost() && registration.leave();
  std::lock_guard lock(registrations_mutex_);
  ++deregistered_;
  IoRegistration*& registered = registrations_[static_cast<std::size_t>(registration.fd())];
  if (registered == &registration) registered = nullptr;
  if (has_left) {
    retired_.push_back(registration);
    has_retired_.store(true, std::memory_order_relaxed);
  } else {
    orphans_.push_back(registration);
  }
  return has_left;
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
  fenced_.splice_back(orphans_);
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
    std::lock_guard lock(abandon_mutex_);
    is_abandoned_ = true;
  }
  if (has_lent_context()) abandon_context();
}

}  // namespace ferry::detail
