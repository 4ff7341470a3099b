// Reading the logs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <ferry/io.hpp>
#include <ferry/task.hpp>

namespace chat {

/// The last lines of a file, `count` at most. Only its end is read.
ferry::Task<ferry::io::Result<std::vector<std::string>>> last_lines(std::filesystem::path path,
                                                                    std::size_t count);

/// The files of a directory with their sizes, by name.
ferry::Task<ferry::io::Result<std::vector<std::pair<std::string, std::uint64_t>>>> list_files(
    std::filesystem::path directory);

}  // namespace chat
