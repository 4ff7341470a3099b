#include "report/status.hpp"

namespace ferry::rewriter {

void Tally::add(Applicability applicability, std::size_t count) {
  switch (applicability) {
    case Applicability::Safe:
      safe += count;
      return;
    case Applicability::Unsafe:
      unsafe += count;
      return;
    case Applicability::Manual:
      manual += count;
      return;
  }
}

Tally& Tally::operator+=(const Tally& other) {
  safe += other.safe;
  unsafe += other.unsafe;
  manual += other.manual;
  return *this;
}

Tally total(const MigrationStatus& status) {
  Tally all;
  for (const auto& [rule, tally] : status.rules) all += tally;
  return all;
}

std::map<std::string, Tally> by_directory(const MigrationStatus& status) {
  std::map<std::string, Tally> directories;
  for (const auto& [file, tally] : status.files) {
    const std::size_t slash = file.rfind('/');
    directories[slash == std::string::npos ? "." : file.substr(0, slash)] += tally;
  }
  return directories;
}

std::optional<Progress> progress(const MigrationStatus& status) {
  std::optional<Progress> result;
  for (const Measure& measure : status.history) {
    if (!measure.mentions) continue;
    if (!result || *measure.mentions >= result->most)
      result = {.most = *measure.mentions, .when = measure.time, .now = 0, .since = 0};
  }
  if (!result || result->most == 0) return std::nullopt;
  for (const Measure& measure : status.history)
    if (measure.mentions) {
      result->now = *measure.mentions;
      result->since = measure.time;
    }
  return result;
}

}  // namespace ferry::rewriter
