#include <stdexcept>
#include <unistd.h>
#include <utility>

#include <ferry/detail/io_source.hpp>

#include "driver/driver.hpp"
#include "driver/io_registration.hpp"

namespace ferry::detail {

void RetireRegistration::operator()(IoRegistration* registration) const noexcept { registration->retire(); }

io::Result<IoSource> IoSource::watch(int fd) {
  Scheduler& scheduler = require_scheduler("a socket or another I/O object");
  if (!scheduler.driver().has_io())
    throw std::logic_error(
        "sockets need a runtime with I/O: call enable_io() or enable_all() on its Builder");
  io::Result<IoRegistrationPtr> registration = scheduler.driver().reactor().add(fd, SchedulerRef(&scheduler));
  if (!registration) return registration.error();
  return IoSource(fd, *std::move(registration));
}

io::Result<IoSource> IoSource::adopt(int fd) {
  io::Result<IoSource> source = watch(fd);
  if (!source) ::close(fd);
  return source;
}

IoSource::IoSource(int fd, IoRegistrationPtr registration) noexcept
    : fd_(fd), registration_(std::move(registration)) {}
IoSource::IoSource(IoSource&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), registration_(std::move(other.registration_)) {}
IoSource& IoSource::operator=(IoSource&& other) noexcept {
  if (this != &other) {
    close();
    fd_ = std::exchange(other.fd_, -1);
    registration_ = std::move(other.registration_);
  }
  return *this;
}
IoSource::~IoSource() { close(); }

void IoSource::close() noexcept {
  const int fd = std::exchange(fd_, -1);
  // What somebody else closed may have become a descriptor of somebody's.
  if (IoRegistration* const registration = registration_.release();
      registration != nullptr && registration->retire())
    ::close(fd);
}

int IoSource::release() noexcept {
  registration_.reset();
  return std::exchange(fd_, -1);
}

Poll<io::Result<ReadyEvent>> IoSource::poll_ready(Direction direction, Context& cx) const {
  return registration_->poll_ready(direction, cx);
}

Poll<io::Result<ReadyEvent>> IoSource::poll_ready(Waiter& waiter, Context& cx) const {
  waiter.registration_ = registration_.get();
  return registration_->poll_ready(cx, waiter.node_);
}

IoSource::Ready IoSource::ready(io::Interest interest) const noexcept { return Ready(*this, interest); }
IoSource::Ready IoSource::ready(Direction direction) const noexcept { return ready(interest_in(direction)); }

bool IoSource::clear_ready(io::Ready ready, ReadyEvent event) const noexcept {
  return registration_->clear_ready(ready, event);
}
bool IoSource::clear_ready(Direction direction, ReadyEvent event) const noexcept {
  return clear_ready(interest_in(direction).mask(), event);
}

io::Result<ReadyEvent> IoSource::ready_now(io::Interest interest) const noexcept {
  return registration_->ready_now(interest);
}
bool IoSource::is_ready(Direction direction) const noexcept {
  const io::Result<ReadyEvent> now = ready_now(interest_in(direction));
  return !now || !now->ready.is_empty();
}

void IoSource::Waiter::leave() noexcept { registration_->cancel(node_); }

IoSource::Ready::Ready(const IoSource& source, io::Interest interest) noexcept
    : registration_(source.registration_.get()), waiter_(interest) {}

IoSource::Ready::~Ready() { registration_->cancel(waiter_); }

Poll<io::Result<ReadyEvent>> IoSource::Ready::poll(Context& cx) {
  return registration_->poll_ready(cx, waiter_);
}

}  // namespace ferry::detail
