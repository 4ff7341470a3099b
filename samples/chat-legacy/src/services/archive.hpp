// Reading the logs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <ferry/v0_2/io.hpp>

#include "rt.hpp"

namespace chat {

/// The last lines of a file, `count` at most. Only its end is read.
rt::Task<rt::io::Result<std::vector<std::string>>> last_lines(std::filesystem::path path, std::size_t count);

/// The files of a directory with their sizes, by name.
rt::Task<rt::io::Result<std::vector<std::pair<std::string, std::uint64_t>>>> list_files(
    std::filesystem::path directory);

}  // namespace chat
