#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include <ferry/testing/explore.hpp>

namespace ferry::detail {
namespace {

constexpr const char* kSeedVariable = "FERRY_EXPLORE_SEED";

std::optional<std::uint64_t> chosen_seed() {
  const char* text = std::getenv(kSeedVariable);
  if (text == nullptr || *text == '\0') return std::nullopt;
  const std::string_view view(text);
  std::uint64_t seed = 0;
  const auto [end, error] = std::from_chars(view.begin(), view.end(), seed);
  if (error != std::errc() || end != view.end())
    throw std::logic_error(std::string(kSeedVariable) + " must be a number, not \"" + text + "\"");
  return seed;
}

std::string text_of(const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "an exception of another type than std::exception";
  }
}

}  // namespace

void explore(std::uint64_t seeds,
             const std::function<void(std::uint64_t, const runtime::Runtime&)>& program) {
  const std::optional<std::uint64_t> only = chosen_seed();
  const std::uint64_t end = only ? *only + 1 : seeds;
  for (std::uint64_t seed = only.value_or(0); seed < end; ++seed) {
    try {
      const runtime::Runtime runtime = runtime::Builder::new_current_thread()
                                           .enable_all()
                                           .start_paused(true)
                                           .shuffle_tasks(seed)
                                           .build()
                                           .value();
      program(seed, runtime);
    } catch (...) {
      std::fprintf(stderr, "ferry: explore: seed %llu failed: %s\n%s=%llu runs it alone\n",
                   static_cast<unsigned long long>(seed), text_of(std::current_exception()).c_str(),
                   kSeedVariable, static_cast<unsigned long long>(seed));
      throw;
    }
  }
}

}  // namespace ferry::detail
