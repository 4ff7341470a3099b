#include <string>

#include <ferry/task/local_key.hpp>

namespace ferry::detail {

[[gnu::noinline]] LocalBinding*& innermost_binding() noexcept {
  thread_local constinit LocalBinding* innermost = nullptr;
  return innermost;
}

const void* find_binding(const void* key) noexcept {
  for (const LocalBinding* binding = innermost_binding(); binding != nullptr; binding = binding->outer)
    if (binding->key == key) return binding->value;
  return nullptr;
}

void throw_not_in_scope(const char* call) {
  throw std::logic_error(
      std::string(call) +
      " is called outside of the key's scope: wrap the future in LocalKey::scope(value, future); "
      "tasks spawned inside of it are outside");
}

}  // namespace ferry::detail

namespace ferry::task {

void throw_exception_from_error(const AccessError&, const boost::source_location&) {
  detail::throw_not_in_scope("Result::value of LocalKey::try_with or try_get");
}

}  // namespace ferry::task
