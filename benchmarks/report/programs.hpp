/// Running the programs that measure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace bench {

/// What a program prints. Throws when it fails.
std::string output_of(const std::vector<std::string>& command);

std::vector<std::string> split(std::string_view text, char separator);

/// Tells whoever waits.
void progress(const std::string& what);

}  // namespace bench
