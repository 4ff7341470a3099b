// What is done to things that have a path.
#pragma once

#include <filesystem>

#include <ferry/fs/metadata.hpp>
#include <ferry/fs/operation.hpp>

namespace ferry::fs {

/// The absolute path of something that exists, without links, "." and "..".
///
/// Cancelling: safe.
/// Tokio: `fs::canonicalize`.
Operation<std::filesystem::path> canonicalize(std::filesystem::path path);

/// Makes a directory. Errors: EEXIST, ...
///
/// Cancelling: safe; it may have been made.
/// Tokio: `fs::create_dir`.
Operation<void> create_dir(std::filesystem::path path);

/// Makes a directory and those above it, as far as there are none.
///
/// Errors: EEXIST or ENOTDIR where something else has the name, ...
/// Cancelling: safe; some may have been made.
/// Tokio: `fs::create_dir_all`.
Operation<void> create_dir_all(std::filesystem::path path);

/// Gives the file `original` another name, `link`, on the same file system.
///
/// Cancelling: safe; it may have been done.
/// Tokio: `fs::hard_link`.
Operation<void> hard_link(std::filesystem::path original, std::filesystem::path link);

/// Makes a link at `link` that leads to `original`, be there something or not.
///
/// Cancelling: safe; it may have been made.
/// Tokio: `fs::symlink`.
Operation<void> symlink(std::filesystem::path original, std::filesystem::path link);

/// Where a link leads to.
///
/// Errors: EINVAL for what is no link, ...
/// Cancelling: safe.
/// Tokio: `fs::read_link`.
Operation<std::filesystem::path> read_link(std::filesystem::path path);

/// What is known of what `path` leads to.
///
/// Cancelling: safe.
/// Tokio: `fs::metadata`.
Operation<Metadata> metadata(std::filesystem::path path);

/// What is known of `path`, a link or not.
///
/// Cancelling: safe.
/// Tokio: `fs::symlink_metadata`.
Operation<Metadata> symlink_metadata(std::filesystem::path path);

/// Cancelling: safe; it may have been done. Tokio: `fs::set_permissions`.
Operation<void> set_permissions(std::filesystem::path path, Permissions permissions);

/// Whether `path` leads to something.
///
/// Errors: where that cannot be told: EACCES, ELOOP, ENAMETOOLONG, ...
/// Cancelling: safe.
/// Tokio: `fs::try_exists`.
Operation<bool> try_exists(std::filesystem::path path);

/// Removes an empty directory.
///
/// Errors: ENOTEMPTY, ENOTDIR, ...
/// Cancelling: safe; it may have been removed.
/// Tokio: `fs::remove_dir`.
Operation<void> remove_dir(std::filesystem::path path);

/// Removes a directory and all that it holds; of a link only the link. Goes through no link.
///
/// Cancelling: safe; some may have been removed.
/// Tokio: `fs::remove_dir_all`.
Operation<void> remove_dir_all(std::filesystem::path path);

/// Removes a file's name; the file goes with the last one, when nobody has it open any more.
///
/// Errors: EISDIR, ...
/// Cancelling: safe; it may have been removed.
/// Tokio: `fs::remove_file`.
Operation<void> remove_file(std::filesystem::path path);

/// Gives `from` the name `to`, on the same file system. What had that name is replaced, at once.
///
/// Cancelling: safe; it may have been done.
/// Tokio: `fs::rename`.
Operation<void> rename(std::filesystem::path from, std::filesystem::path to);

}  // namespace ferry::fs
