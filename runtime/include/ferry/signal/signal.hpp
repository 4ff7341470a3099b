// Signals of the operating system.
#pragma once

#include <compare>
#include <csignal>
#include <memory>

#include <ferry/future.hpp>
#include <ferry/result.hpp>

namespace ferry::signal {

/// Which signal.
/// Tokio: `signal::unix::SignalKind`.
class SignalKind {
 public:
  /// Any signal by its number; real-time signals are `from_raw(SIGRTMIN + n)`. Tokio: `SignalKind::from_raw`.
  static constexpr SignalKind from_raw(int number) noexcept { return SignalKind(number); }
  static constexpr SignalKind alarm() noexcept { return SignalKind(SIGALRM); }
  static constexpr SignalKind child() noexcept { return SignalKind(SIGCHLD); }
  static constexpr SignalKind hangup() noexcept { return SignalKind(SIGHUP); }
#ifdef SIGINFO  // not on Linux
  static constexpr SignalKind info() noexcept { return SignalKind(SIGINFO); }
#endif
  static constexpr SignalKind interrupt() noexcept { return SignalKind(SIGINT); }
  static constexpr SignalKind io() noexcept { return SignalKind(SIGIO); }
  static constexpr SignalKind pipe() noexcept { return SignalKind(SIGPIPE); }
  static constexpr SignalKind quit() noexcept { return SignalKind(SIGQUIT); }
  static constexpr SignalKind terminate() noexcept { return SignalKind(SIGTERM); }
  static constexpr SignalKind user_defined1() noexcept { return SignalKind(SIGUSR1); }
  static constexpr SignalKind user_defined2() noexcept { return SignalKind(SIGUSR2); }
  static constexpr SignalKind window_change() noexcept { return SignalKind(SIGWINCH); }

  constexpr int as_raw_value() const noexcept { return number_; }
  auto operator<=>(const SignalKind&) const = default;

 private:
  explicit constexpr SignalKind(int number) noexcept : number_(number) {}

  int number_;
};

/// Hears one kind of signal from its creation on. Signals that come between two `recv`s count as one. Every
/// listener of every runtime hears each signal.
///
/// Thread safety: owned by one task at a time.
/// Tokio: `signal::unix::Signal`.
class Signal {
 public:
  class Recv;

  Signal(Signal&&) noexcept;
  Signal& operator=(Signal&&) noexcept;
  ~Signal();

  /// Waits until the signal has come since the last time. An error says that the runtime has been shut down.
  ///
  /// Cancelling: safe; no signal is lost.
  /// Tokio: `Signal::recv`.
  [[nodiscard]] Recv recv() noexcept;
  /// Tokio: `Signal::poll_recv`.
  Poll<io::Result<void>> poll_recv(Context& cx);

 private:
  class Listener;
  friend io::Result<Signal> signal(SignalKind kind);
  explicit Signal(std::unique_ptr<Listener> listener) noexcept;

  std::unique_ptr<Listener> listener_;
};

/// Completes when the signal has come.
///
/// Cancelling: safe.
class [[nodiscard]] Signal::Recv {
 public:
  using Output = io::Result<void>;

  explicit Recv(Signal& signal) noexcept : signal_(&signal) {}
  Recv(const Recv&) = delete;
  Recv& operator=(const Recv&) = delete;

  Poll<Output> poll(Context& cx) { return signal_->poll_recv(cx); }

 private:
  Signal* signal_;
};

inline Signal::Recv Signal::recv() noexcept { return Recv(*this); }

/// Starts to hear `kind`. From the first call on the signal's default action is gone for the rest of the
/// process, also after every listener is; a handler that was there before is still called.
///
/// Errors: EINVAL for what cannot be caught (SIGKILL, SIGSTOP), what a program must not go on from (SIGILL,
/// SIGFPE, SIGSEGV), and numbers that are no signal. Throws: std::logic_error outside a runtime, or in one
/// built without I/O. Tokio: `signal::unix::signal`.
io::Result<Signal> signal(SignalKind kind);

/// Completes at the next SIGINT. An error says why it cannot be heard.
///
/// Cancelling: safe; a signal that comes before the next `ctrl_c()` is lost.
class [[nodiscard]] CtrlC {
 public:
  using Output = io::Result<void>;

  CtrlC() : interrupt_(signal(SignalKind::interrupt())) {}
  CtrlC(const CtrlC&) = delete;
  CtrlC& operator=(const CtrlC&) = delete;

  Poll<Output> poll(Context& cx) {
    if (!interrupt_) return Output(interrupt_.error());
    return interrupt_->poll_recv(cx);
  }

 private:
  io::Result<Signal> interrupt_;
};

/// Waits for the next SIGINT, which no longer ends the process from the first call on.
///
/// Throws: std::logic_error outside a runtime, or in one built without I/O.
/// Cancelling: safe.
/// Tokio: `signal::ctrl_c`.
inline CtrlC ctrl_c() { return CtrlC(); }

}  // namespace ferry::signal
