#include <stdexcept>

#include <ferry/detail/thread_park.hpp>
#include <ferry/sync/semaphore.hpp>

namespace ferry::sync {
namespace {

using TryAcquire = detail::BatchSemaphore::TryAcquire;

error::TryAcquireError error_of(TryAcquire tried) noexcept {
  return tried == TryAcquire::Closed ? error::TryAcquireError::Closed : error::TryAcquireError::NoPermits;
}

}  // namespace

void Semaphore::add_permits(std::size_t permits) const {
  if (permits > kMaxPermits - core_.available_permits())
    throw std::logic_error("Semaphore::add_permits: there would be more than kMaxPermits permits");
  core_.release(permits);
}

Semaphore::Acquire Semaphore::acquire_many(std::size_t permits) const {
  return Acquire(*this, checked(permits));
}

Semaphore::AcquireOwned Semaphore::acquire_many_owned(std::shared_ptr<const Semaphore> semaphore,
                                                      std::size_t permits) {
  return AcquireOwned(std::move(semaphore), checked(permits));
}

Result<SemaphorePermit, error::TryAcquireError> Semaphore::try_acquire() const noexcept {
  return try_acquire_many(1);
}

Result<SemaphorePermit, error::TryAcquireError> Semaphore::try_acquire_many(
    std::size_t permits) const noexcept {
  const TryAcquire tried = core_.try_acquire(permits);
  if (tried != TryAcquire::Acquired) return error_of(tried);
  return SemaphorePermit(*this, permits);
}

Result<OwnedSemaphorePermit, error::TryAcquireError> Semaphore::try_acquire_owned(
    std::shared_ptr<const Semaphore> semaphore) noexcept {
  return try_acquire_many_owned(std::move(semaphore), 1);
}

Result<OwnedSemaphorePermit, error::TryAcquireError> Semaphore::try_acquire_many_owned(
    std::shared_ptr<const Semaphore> semaphore, std::size_t permits) noexcept {
  const TryAcquire tried = semaphore->core_.try_acquire(permits);
  if (tried != TryAcquire::Acquired) return error_of(tried);
  return OwnedSemaphorePermit(std::move(semaphore), permits);
}

Result<SemaphorePermit, error::AcquireError> Semaphore::blocking_acquire() const {
  detail::forbid_blocking("Semaphore::blocking_acquire");
  return detail::park_on(acquire());
}

Result<SemaphorePermit, error::AcquireError> Semaphore::blocking_acquire_many(std::size_t permits) const {
  detail::forbid_blocking("Semaphore::blocking_acquire_many");
  return detail::park_on(acquire_many(permits));
}

Result<OwnedSemaphorePermit, error::AcquireError> Semaphore::blocking_acquire_owned(
    std::shared_ptr<const Semaphore> semaphore) {
  detail::forbid_blocking("Semaphore::blocking_acquire_owned");
  return detail::park_on(acquire_owned(std::move(semaphore)));
}

Result<OwnedSemaphorePermit, error::AcquireError> Semaphore::blocking_acquire_many_owned(
    std::shared_ptr<const Semaphore> semaphore, std::size_t permits) {
  detail::forbid_blocking("Semaphore::blocking_acquire_many_owned");
  return detail::park_on(acquire_many_owned(std::move(semaphore), permits));
}

SemaphorePermit::~SemaphorePermit() {
  if (permits_ > 0) semaphore_->core_.release(permits_);
}

SemaphorePermit& SemaphorePermit::operator=(SemaphorePermit&& other) noexcept {
  std::swap(semaphore_, other.semaphore_);
  std::swap(permits_, other.permits_);
  return *this;
}

void SemaphorePermit::merge(SemaphorePermit other) {
  if (semaphore_ != other.semaphore_)
    throw std::logic_error("SemaphorePermit::merge: permits of another semaphore");
  permits_ += std::exchange(other.permits_, 0);
}

std::optional<SemaphorePermit> SemaphorePermit::split(std::size_t permits) noexcept {
  if (permits > permits_) return std::nullopt;
  permits_ -= permits;
  return SemaphorePermit(*semaphore_, permits);
}

OwnedSemaphorePermit::~OwnedSemaphorePermit() {
  if (permits_ > 0) semaphore_->core_.release(permits_);
}

OwnedSemaphorePermit& OwnedSemaphorePermit::operator=(OwnedSemaphorePermit&& other) noexcept {
  std::swap(semaphore_, other.semaphore_);
  std::swap(permits_, other.permits_);
  return *this;
}

void OwnedSemaphorePermit::merge(OwnedSemaphorePermit other) {
  if (semaphore_ != other.semaphore_)
    throw std::logic_error("OwnedSemaphorePermit::merge: permits of another semaphore");
  permits_ += std::exchange(other.permits_, 0);
}

std::optional<OwnedSemaphorePermit> OwnedSemaphorePermit::split(std::size_t permits) noexcept {
  if (permits > permits_) return std::nullopt;
  permits_ -= permits;
  return OwnedSemaphorePermit(semaphore_, permits);
}

Poll<Semaphore::Acquire::Output> Semaphore::Acquire::poll(Context& cx) {
  const Poll<bool> polled = acquire_.poll(cx);
  if (polled.is_pending()) return pending;
  if (!*polled) return Output(error::AcquireError());
  return Output(SemaphorePermit(*semaphore_, acquire_.permits()));
}

Poll<Semaphore::AcquireOwned::Output> Semaphore::AcquireOwned::poll(Context& cx) {
  const Poll<bool> polled = acquire_.poll(cx);
  if (polled.is_pending()) return pending;
  if (!*polled) return Output(error::AcquireError());
  return Output(OwnedSemaphorePermit(semaphore_, acquire_.permits()));
}

}  // namespace ferry::sync
