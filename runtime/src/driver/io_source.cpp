#include <unistd.h>
#include <utility>

#include <ferry/detail/io_source.hpp>

#include "driver/driver.hpp"
#include "driver/io_registration.hpp"

namespace ferry::detail {

void RetireRegistration::operator()(IoRegistration* registration) const noexcept { registration->retire(); }

io::Result<IoSource> IoSource::watch(int fd) {
  Scheduler& scheduler = require_io("a socket or another I/O object");
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
  if (registration_ == nullptr) return;
  if (const io::Result<int> fd = release()) ::close(*fd);
}

io::Result<int> IoSource::release() noexcept {
  const int fd = std::exchange(fd_, -1);
  IoRegistration* const registration = registration_.release();
  if (registration == nullptr || !registration->retire())
    return io::Error(EBADF, boost::system::system_category());
  return fd;
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
