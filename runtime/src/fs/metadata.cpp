#include <cerrno>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <ferry/fs/metadata.hpp>

namespace ferry::fs {
namespace {

Metadata::Time time_of(const statx_timestamp& stamp) noexcept {
  return Metadata::Time(std::chrono::seconds(stamp.tv_sec) + std::chrono::nanoseconds(stamp.tv_nsec));
}

}  // namespace

bool FileType::is_file() const noexcept { return bits_ == S_IFREG; }
bool FileType::is_dir() const noexcept { return bits_ == S_IFDIR; }
bool FileType::is_symlink() const noexcept { return bits_ == S_IFLNK; }
bool FileType::is_fifo() const noexcept { return bits_ == S_IFIFO; }
bool FileType::is_socket() const noexcept { return bits_ == S_IFSOCK; }
bool FileType::is_block_device() const noexcept { return bits_ == S_IFBLK; }
bool FileType::is_char_device() const noexcept { return bits_ == S_IFCHR; }

Metadata::Metadata(const struct statx& status) noexcept
    : len_(status.stx_size),
      accessed_(time_of(status.stx_atime)),
      modified_(time_of(status.stx_mtime)),
      changed_(time_of(status.stx_ctime)),
      created_(time_of(status.stx_btime)),
      dev_(makedev(status.stx_dev_major, status.stx_dev_minor)),
      ino_(status.stx_ino),
      nlink_(status.stx_nlink),
      rdev_(makedev(status.stx_rdev_major, status.stx_rdev_minor)),
      blksize_(status.stx_blksize),
      blocks_(status.stx_blocks),
      mode_(status.stx_mode),
      uid_(status.stx_uid),
      gid_(status.stx_gid),
      knows_created_((status.stx_mask & STATX_BTIME) != 0) {}

FileType Metadata::file_type() const noexcept { return FileType(mode_ & S_IFMT); }

io::Result<Metadata::Time> Metadata::created() const noexcept {
  if (!knows_created_) return io::Error(ENOTSUP, boost::system::system_category());
  return created_;
}

}  // namespace ferry::fs
