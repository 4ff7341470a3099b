// Files and directories, as in 0.2.
#pragma once

#include <ferry/fs.hpp>
#include <ferry/v0_2/fs/file.hpp>
#include <ferry/v0_2/fs/os.hpp>
#include <ferry/v0_2/fs/read_dir.hpp>
#include <ferry/v0_2/io.hpp>
#include <ferry/v0_2/moved.hpp>
#include <ferry/v0_2/result.hpp>

namespace ferry::v0_2::fs {

using ferry::fs::canonicalize;
using ferry::fs::Contents;
using ferry::fs::copy;
using ferry::fs::create_dir;
using ferry::fs::create_dir_all;
using ferry::fs::DirBuilder;
using ferry::fs::FileType;
using ferry::fs::hard_link;
using ferry::fs::metadata;
using ferry::fs::Metadata;
using ferry::fs::Operation;
using ferry::fs::Permissions;
using ferry::fs::read;
using ferry::fs::read_link;
using ferry::fs::read_to_string;
using ferry::fs::remove_dir;
using ferry::fs::remove_dir_all;
using ferry::fs::remove_file;
using ferry::fs::rename;
using ferry::fs::set_permissions;
using ferry::fs::symlink;
using ferry::fs::symlink_metadata;
using ferry::fs::try_exists;
using ferry::fs::write;

}  // namespace ferry::v0_2::fs
