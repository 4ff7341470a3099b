// AsyncFd: a descriptor of somebody else's, in the reactor.
#pragma once

#include <concepts>
#include <memory>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include <boost/assert/source_location.hpp>
#include <boost/system/system_error.hpp>
#include <ferry/detail/io_source.hpp>
#include <ferry/detail/wait_notes.hpp>
#include <ferry/future.hpp>
#include <ferry/io/async_io.hpp>
#include <ferry/io/error.hpp>
#include <ferry/io/interest.hpp>
#include <ferry/io/ready.hpp>
#include <ferry/result.hpp>

namespace ferry::io {

/// What a descriptor can be got from: an int, or an object that says it.
template <class T>
concept HasRawFd = std::same_as<T, int> || requires(const T& object) {
  { object.as_raw_fd() } -> std::convertible_to<int>;
};

/// Why a descriptor could not be watched, and the object that it belongs to; copies share it.
/// Tokio: `io::unix::AsyncFdTryNewError`.
template <class T>
class AsyncFdTryNewError {
 public:
  AsyncFdTryNewError() = default;
  AsyncFdTryNewError(T inner, Error cause) : inner_(std::make_shared<T>(std::move(inner))), cause_(cause) {}

  const Error& cause() const noexcept { return cause_; }
  /// The object and the error; once.
  std::pair<T, Error> into_parts() && { return {std::move(*inner_), cause_}; }

 private:
  std::shared_ptr<T> inner_;
  Error cause_;
};

template <class T>
[[noreturn]] void throw_exception_from_error(const AsyncFdTryNewError<T>& error,
                                             const boost::source_location&) {
  throw boost::system::system_error(error.cause());
}

/// `try_io` would have had to wait. Tokio: `io::unix::TryIoError`.
struct TryIoError {};

[[noreturn]] inline void throw_exception_from_error(const TryIoError&, const boost::source_location&) {
  throw std::logic_error("AsyncFd::try_io: the descriptor was not ready after all");
}

/// The readiness of a descriptor as it was when this was made. Must not outlive the AsyncFd.
///
/// Tokio: `io::unix::AsyncFdReadyGuard`, and `AsyncFdReadyMutGuard` for an `Owner` that is not const.
template <class Owner>
class [[nodiscard]] AsyncFdGuard {
 public:
  AsyncFdGuard(Owner& owner, ferry::detail::ReadyEvent event) noexcept : owner_(&owner), event_(event) {}

  /// What it is ready for. Tokio: `ready`.
  Ready ready() const noexcept { return event_.ready; }

  /// Says that an operation would have had to wait, so that the next wait is for a new event. To be called
  /// then only: events come once, and one that is thrown away will not come again. Tokio: `clear_ready`.
  void clear_ready() noexcept { clear_ready_matching(event_.ready); }
  /// The same for some kinds of readiness. Tokio: `clear_ready_matching`.
  void clear_ready_matching(Ready ready) noexcept {
    owner_->source_.clear_ready(event_.ready & ready, event_);
    event_.ready = event_.ready - ready;
  }
  /// Leaves the readiness as it is, which is what happens anyway. Tokio: `retain_ready`.
  void retain_ready() noexcept {}

  /// Calls `f` (io::Result<R>(Owner&)); when it says EAGAIN, clears the readiness.
  ///
  /// Errors: TryIoError for EAGAIN; the caller waits again.
  /// Tokio: `try_io`.
  template <class F, class R = std::invoke_result_t<F&, Owner&>>
  ferry::Result<R, TryIoError> try_io(F&& f) {
    R result = f(*owner_);
    if (!result && ferry::detail::is_would_block(result.error())) {
      clear_ready();
      return TryIoError();
    }
    return ferry::Result<R, TryIoError>(boost::system::in_place_value, std::move(result));
  }

  Owner& get_ref() const noexcept { return *owner_; }
  auto& get_inner() const noexcept { return owner_->get_ref(); }

 private:
  Owner* owner_;
  ferry::detail::ReadyEvent event_;
};

/// Watches a descriptor that belongs to an object of another library: something to wait until it is ready,
/// while the object's own functions read and write. The descriptor must not block, nor be watched twice; the
/// object must not close it while it is watched, after which waiting may never end.
///
/// Readiness is kept until it is cleared: wait, try the operation, and when it says EAGAIN clear the
/// readiness and wait again. `async_io` does that.
///
/// Thread safety: const members may be called from any thread at any time; any number of tasks may wait.
/// Cost: one system call to begin and one to end; waiting is none.
/// Tokio: `io::unix::AsyncFd`.
template <HasRawFd T>
class AsyncFd {
 public:
  using ReadyGuard = AsyncFdGuard<const AsyncFd>;
  using ReadyMutGuard = AsyncFdGuard<AsyncFd>;
  template <class Owner>
  class ReadyFuture;

  /// Watches the descriptor of `inner` for reading and writing.
  ///
  /// Errors: EPERM for a file, which is never waited for; EEXIST for one that is watched already. `inner` is
  /// destroyed then.
  /// Throws: std::logic_error outside a runtime, or in one built without I/O.
  /// Tokio: `AsyncFd::new`.
  static Result<AsyncFd> create(T inner) {
    return with_interest(std::move(inner), Interest::Readable | Interest::Writable);
  }
  /// The same for some interests only; waiting for others is an error. Tokio: `AsyncFd::with_interest`.
  static Result<AsyncFd> with_interest(T inner, Interest interest) {
    auto created = try_with_interest(std::move(inner), interest);
    if (!created) return created.error().cause();
    return *std::move(created);
  }
  /// `create` that gives the object back with the error. Tokio: `AsyncFd::try_new`.
  static ferry::Result<AsyncFd, AsyncFdTryNewError<T>> try_create(T inner) {
    return try_with_interest(std::move(inner), Interest::Readable | Interest::Writable);
  }
  /// Tokio: `AsyncFd::try_with_interest`.
  static ferry::Result<AsyncFd, AsyncFdTryNewError<T>> try_with_interest(T inner, Interest interest) {
    Result<ferry::detail::IoSource> source = ferry::detail::IoSource::watch(raw_fd(inner));
    if (!source) return AsyncFdTryNewError<T>(std::move(inner), source.error());
    return AsyncFd(std::move(inner), *std::move(source), interest);
  }

  AsyncFd(AsyncFd&& other) noexcept = default;
  AsyncFd& operator=(AsyncFd&& other) noexcept {
    source_.release();
    source_ = std::move(other.source_);
    inner_ = std::exchange(other.inner_, std::nullopt);
    interest_ = other.interest_;
    return *this;
  }
  ~AsyncFd() { source_.release(); }

  const T& get_ref() const noexcept { return *inner_; }
  T& get_ref() noexcept { return *inner_; }
  T& get_mut() noexcept { return *inner_; }
  int as_raw_fd() const noexcept { return source_.fd(); }
  /// Watches no longer and gives the object back. Tokio: `AsyncFd::into_inner`.
  T into_inner() && {
    source_.release();
    return *std::exchange(inner_, std::nullopt);
  }

  /// Waits for any of what `interest` names. The guard says what it was.
  ///
  /// Errors: the runtime has been shut down; InvalidInput for what it does not watch for.
  /// Cancelling: safe.
  /// Tokio: `AsyncFd::ready`.
  ReadyFuture<const AsyncFd> ready(Interest interest) const noexcept { return {*this, interest}; }
  /// Cancelling: safe. Tokio: `AsyncFd::readable`.
  ReadyFuture<const AsyncFd> readable() const noexcept { return ready(Interest::Readable); }
  /// Cancelling: safe. Tokio: `AsyncFd::writable`.
  ReadyFuture<const AsyncFd> writable() const noexcept { return ready(Interest::Writable); }

  /// The same with guards through which the object can be changed.
  ///
  /// Cancelling: safe.
  /// Tokio: `AsyncFd::ready_mut`.
  ReadyFuture<AsyncFd> ready_mut(Interest interest) noexcept { return {*this, interest}; }
  /// Cancelling: safe. Tokio: `AsyncFd::readable_mut`.
  ReadyFuture<AsyncFd> readable_mut() noexcept { return ready_mut(Interest::Readable); }
  /// Cancelling: safe. Tokio: `AsyncFd::writable_mut`.
  ReadyFuture<AsyncFd> writable_mut() noexcept { return ready_mut(Interest::Writable); }

  /// Only the waker of the latest call counts. Tokio: `AsyncFd::poll_read_ready`.
  Poll<Result<ReadyGuard>> poll_read_ready(Context& cx) const {
    return guarded(*this, source_.poll_ready(ferry::detail::Direction::Read, cx));
  }
  /// Only the waker of the latest call counts. Tokio: `AsyncFd::poll_write_ready`.
  Poll<Result<ReadyGuard>> poll_write_ready(Context& cx) const {
    return guarded(*this, source_.poll_ready(ferry::detail::Direction::Write, cx));
  }

  /// Calls `f` (io::Result<R>(const T&)) whenever the descriptor is ready, until it says something else than
  /// EAGAIN.
  ///
  /// Cancelling: safe; `f` runs only while this is polled, and what it gives completes this.
  /// Tokio: `AsyncFd::async_io`.
  template <class F>
  [[nodiscard]] auto async_io(Interest interest, F f) const {
    auto call = [this, f = std::move(f)]() mutable { return f(get_ref()); };
    return AsyncIo<decltype(call)>(source_, interest, std::move(call));
  }
  /// Calls `f` if the descriptor is ready; EAGAIN if not, or if `f` says so. Tokio: `AsyncFd::try_io`.
  template <class F>
  std::invoke_result_t<F&, const T&> try_io(Interest interest, F&& f) const {
    return source_.try_io(interest, [&] { return f(get_ref()); });
  }

 private:
  template <class Owner>
  friend class AsyncFdGuard;

  AsyncFd(T inner, ferry::detail::IoSource source, Interest interest)
      : inner_(std::move(inner)), source_(std::move(source)), interest_(interest) {}

  static int raw_fd(const T& inner) noexcept {
    if constexpr (std::same_as<T, int>)
      return inner;
    else
      return inner.as_raw_fd();
  }

  template <class Owner>
  static Poll<Result<AsyncFdGuard<Owner>>> guarded(Owner& owner,
                                                   const Poll<Result<ferry::detail::ReadyEvent>>& event) {
    if (event.is_pending()) return pending;
    if (!*event) return Result<AsyncFdGuard<Owner>>(event->error());
    return Result<AsyncFdGuard<Owner>>(AsyncFdGuard<Owner>(owner, **event));
  }

  std::optional<T> inner_;
  ferry::detail::IoSource source_;
  Interest interest_;
};

/// Completes with a guard once the descriptor is ready. Must not outlive the AsyncFd.
///
/// Cancelling: safe.
template <HasRawFd T>
template <class Owner>
class [[nodiscard]] AsyncFd<T>::ReadyFuture {
 public:
  using Output = Result<AsyncFdGuard<Owner>>;

  ReadyFuture(Owner& owner, Interest interest) noexcept
      : owner_(&owner), ready_(owner.source_, interest), is_watched_(!interest.remove(owner.interest_)) {}
  ReadyFuture(const ReadyFuture&) = delete;
  ReadyFuture& operator=(const ReadyFuture&) = delete;

  Poll<Output> poll(Context& cx) {
    if (!is_watched_) return Output(ErrorKind::InvalidInput);
    return AsyncFd::guarded(*owner_, ready_.poll(cx));
  }
  /// For other parts of ferry.
  void describe_wait(ferry::detail::WaitNotes& notes) const { ferry::detail::describe_wait(ready_, notes); }

 private:
  Owner* owner_;
  ferry::detail::IoSource::Ready ready_;
  bool is_watched_;
};

}  // namespace ferry::io
