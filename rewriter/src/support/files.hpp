// Files, byte by byte, and on the disk before the next step is taken.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace ferry::rewriter {

/// The whole content of a file; empty when it cannot be read.
std::optional<std::string> read_bytes(const std::string& path);

enum class Create {
  New,      ///< the file must not exist
  Replace,  ///< a file that exists is emptied first
};

/// Writes a file. Its content may still be in memory only: see sync().
std::error_code write_bytes(const std::string& path, std::string_view content, Create create);

/// Has the disk keep what was written: a file's content, a directory's names.
std::error_code sync(const std::string& path);

/// Removes a file. One that is not there is no error.
std::error_code remove_file(const std::string& path);

/// The path behind all links; `path` itself when there is nothing.
std::string real_path(const std::string& path);

}  // namespace ferry::rewriter
