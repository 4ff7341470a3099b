// Replacing one file, so that it stays what it is but for its content.
#pragma once

#include <string>
#include <string_view>
#include <system_error>

namespace ferry::rewriter {

/// A name for a file beside `target` that no file has.
std::string temporary_name(const std::string& target);

/// Whether renaming a temporary file over `target` would lose something: its other names (hard links), or its
/// owner, which only root can give to a new file. Such a file is written in place.
bool must_stay(const std::string& target);

/// Writes `content` to a new file `temporary` that has the permissions, owner and extended attributes of
/// `target`.
std::error_code write_temporary(const std::string& temporary, const std::string& target,
                                std::string_view content);

/// Writes `content` over that of `target`, from the beginning to the end.
std::error_code write_in_place(const std::string& target, std::string_view content);

/// Whether `content` is what a write_in_place() that was interrupted leaves of `before` and `after`.
bool is_torn(std::string_view content, std::string_view before, std::string_view after);

}  // namespace ferry::rewriter
