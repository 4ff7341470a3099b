// Files: opened, read, written; directories; and what is done to either by its path.
#pragma once

#include <ferry/fs/contents.hpp>
#include <ferry/fs/dir_builder.hpp>
#include <ferry/fs/file.hpp>
#include <ferry/fs/metadata.hpp>
#include <ferry/fs/open_options.hpp>
#include <ferry/fs/operation.hpp>
#include <ferry/fs/paths.hpp>
#include <ferry/fs/read_dir.hpp>
