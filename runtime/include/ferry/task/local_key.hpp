// LocalKey: values that belong to a task.
#pragma once

#include <functional>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include <boost/assert/source_location.hpp>
#include <ferry/detail/wait_notes.hpp>
#include <ferry/future.hpp>
#include <ferry/result.hpp>

namespace ferry::detail {

/// A value of a LocalKey that this thread sees at the moment. They are nested like calls.
struct LocalBinding {
  const void* key;
  const void* value;
  LocalBinding* outer;
};

/// The innermost one of this thread.
LocalBinding*& innermost_binding() noexcept;

/// What this thread sees for a key, or null.
const void* find_binding(const void* key) noexcept;

/// Makes a value visible for a scope.
class LocalBindingScope {
 public:
  LocalBindingScope(const void* key, const void* value) noexcept : binding_{key, value, innermost_binding()} {
    innermost_binding() = &binding_;
  }
  LocalBindingScope(const LocalBindingScope&) = delete;
  LocalBindingScope& operator=(const LocalBindingScope&) = delete;
  ~LocalBindingScope() { innermost_binding() = binding_.outer; }

 private:
  LocalBinding binding_;
};

[[noreturn]] void throw_not_in_scope(const char* call);

}  // namespace ferry::detail

namespace ferry::task {

template <class T>
class LocalKey;

/// There is no value: the caller is not inside the key's `scope`. Tokio: `task::AccessError`.
class AccessError {
 public:
  AccessError() noexcept {}
};

/// `.value()` of a failed access throws std::logic_error.
[[noreturn]] void throw_exception_from_error(const AccessError& error,
                                             const boost::source_location& location);

/// A future with a value for a LocalKey. See `LocalKey::scope`.
template <class T, class F>
class [[nodiscard]] TaskLocalFuture {
 public:
  using Output = FutureOutput<F>;

  TaskLocalFuture(const LocalKey<T>& key, T&& value, F&& future)
      : key_(&key), value_(std::move(value)), future_(std::move(future)) {}
  TaskLocalFuture(TaskLocalFuture&& other) noexcept(std::is_nothrow_move_constructible_v<T> &&
                                                    std::is_nothrow_move_constructible_v<F>)
      : key_(other.key_),
        value_(std::exchange(other.value_, std::nullopt)),
        future_(std::exchange(other.future_, std::nullopt)) {}
  /// What the future destroys may still see the value.
  ~TaskLocalFuture() {
    if (future_) end();
  }

  Poll<Output> poll(Context& cx) {
    if (!future_)
      throw std::logic_error(
          "a TaskLocalFuture is polled after it was ready: await the result of LocalKey::scope once");
    if constexpr (std::is_void_v<Output>) {
      if (poll_future(cx).is_pending()) return pending;
      end();
      return Poll<void>::ready();
    } else {
      auto polled = poll_future(cx);
      if (polled.is_ready()) end();
      return polled;
    }
  }

  /// For other parts of ferry.
  void describe_wait(detail::WaitNotes& notes) const {
    if (future_) detail::describe_wait(*future_, notes);
  }

  /// The value, once; the future does not see it any more. Tokio: `TaskLocalFuture::take_value`.
  std::optional<T> take_value() noexcept(std::is_nothrow_move_constructible_v<T>) {
    return std::exchange(value_, std::nullopt);
  }

 private:
  const void* value() const noexcept { return value_ ? &*value_ : nullptr; }
  Poll<Output> poll_future(Context& cx) {
    const detail::LocalBindingScope scope(key_, value());
    return future_->poll(cx);
  }
  void end() {
    const detail::LocalBindingScope scope(key_, value());
    future_.reset();
  }

  const LocalKey<T>* key_;
  std::optional<T> value_;
  std::optional<F> future_;
};

/// A value that code deep inside a task reaches without being passed it: `inline task::LocalKey<RequestId>
/// request_id;`.
///
/// `scope` gives a future its value, which everything that it awaits sees, on whatever thread it is polled,
/// and nothing that it spawns. Scopes of one key nest: the innermost counts.
///
/// Thread safety: every member may be called from any thread; a value belongs to one task.
/// Cost: a poll inside a scope links one record; looking a value up passes the records of the scopes inside
/// its own. Tokio: `task::LocalKey`, made by `task_local!`.
template <class T>
class LocalKey {
 public:
  constexpr LocalKey() noexcept {}
  LocalKey(const LocalKey&) = delete;
  LocalKey& operator=(const LocalKey&) = delete;

  /// `future` with `value` for this key.
  ///
  /// Cancelling: as `future`, which still sees the value while it is destroyed.
  /// Tokio: `LocalKey::scope`.
  template <Future F>
    requires(!std::is_lvalue_reference_v<F>)
  TaskLocalFuture<T, F> scope(T value, F&& future) const {
    return TaskLocalFuture<T, F>(*this, std::move(value), std::move(future));
  }

  /// Calls `f` with `value` for this key. Tokio: `LocalKey::sync_scope`.
  template <class F>
    requires std::is_invocable_v<F>
  std::invoke_result_t<F> sync_scope(T value, F&& f) const {
    const detail::LocalBindingScope scope(this, &value);
    return std::invoke(std::forward<F>(f));
  }

  /// Calls `f` with the value. Throws: std::logic_error outside of the key's scopes. Tokio: `LocalKey::with`.
  template <class F>
    requires std::is_invocable_v<F, const T&>
  std::invoke_result_t<F, const T&> with(F&& f) const {
    const void* const value = detail::find_binding(this);
    if (value == nullptr) detail::throw_not_in_scope("LocalKey::with");
    return std::invoke(std::forward<F>(f), *static_cast<const T*>(value));
  }
  /// Calls `f` with the value if there is one. Tokio: `LocalKey::try_with`.
  template <class F>
    requires std::is_invocable_v<F, const T&>
  Result<std::invoke_result_t<F, const T&>, AccessError> try_with(F&& f) const {
    const void* const value = detail::find_binding(this);
    if (value == nullptr) return AccessError();
    if constexpr (std::is_void_v<std::invoke_result_t<F, const T&>>) {
      std::invoke(std::forward<F>(f), *static_cast<const T*>(value));
      return {};
    } else {
      return std::invoke(std::forward<F>(f), *static_cast<const T*>(value));
    }
  }

  /// A copy of the value. Throws: std::logic_error outside of the key's scopes. Tokio: `LocalKey::get`.
  T get() const {
    const void* const value = detail::find_binding(this);
    if (value == nullptr) detail::throw_not_in_scope("LocalKey::get");
    return *static_cast<const T*>(value);
  }
  /// A copy of the value if there is one. Tokio: `LocalKey::try_get`.
  Result<T, AccessError> try_get() const {
    const void* const value = detail::find_binding(this);
    if (value == nullptr) return AccessError();
    return *static_cast<const T*>(value);
  }
};

}  // namespace ferry::task
