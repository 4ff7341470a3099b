#include <cerrno>
#include <deque>
#include <dirent.h>
#include <fcntl.h>
#include <string_view>
#include <sys/stat.h>

#include <ferry/fs/paths.hpp>
#include <ferry/fs/read_dir.hpp>
#include <ferry/io/error.hpp>

#include "fs/steps.hpp"

namespace ferry::fs {
namespace {

constexpr std::size_t kBatchSize = 32;

struct CloseDir {
  void operator()(DIR* dir) const noexcept { ::closedir(dir); }
};

std::optional<FileType> type_of(const dirent& entry) noexcept {
  if (entry.d_type == DT_UNKNOWN) return std::nullopt;
  return FileType(DTTOIF(entry.d_type));
}

detail::Steps<FileType> file_type_steps(std::optional<FileType> known, std::filesystem::path path) {
  if (known) co_return *known;
  struct statx status{};
  const auto result = co_await detail::SystemCall::status(path.c_str(), AT_SYMLINK_NOFOLLOW, status);
  if (result < 0) co_return detail::error_of(result);
  co_return Metadata(status).file_type();
}

}  // namespace

Operation<Metadata> DirEntry::metadata() const { return symlink_metadata(path()); }
Operation<FileType> DirEntry::file_type() const { return detail::operation(file_type_steps(type_, path())); }

// An open directory and what was read of it: the stream's, or in the hands of a thread that reads on.
class ReadDir::Batch {
 public:
  static io::Result<Batch> open(std::filesystem::path path) {
    Batch batch;
    batch.dir_.reset(::opendir(path.c_str()));
    if (batch.dir_ == nullptr) return io::last_os_error();
    batch.path_ = std::make_shared<const std::filesystem::path>(std::move(path));
    batch.read();
    return batch;
  }

  void read() {
    while (entries.size() < kBatchSize) {
      errno = 0;
      const dirent* const entry = ::readdir(dir_.get());
      if (entry == nullptr) {
        if (errno != 0) entries.emplace_back(io::last_os_error());
        dir_.reset();
        return;
      }
      const std::string_view name(entry->d_name);
      if (name != "." && name != "..")
        entries.emplace_back(DirEntry(path_, std::filesystem::path(name), entry->d_ino, type_of(*entry)));
    }
  }
  bool has_more() const noexcept { return dir_ != nullptr; }

  std::deque<io::Result<DirEntry>> entries;

 private:
  Batch() = default;

  std::unique_ptr<DIR, CloseDir> dir_;  // null at the end
  std::shared_ptr<const std::filesystem::path> path_;
};

class ReadDir::Inner {
 public:
  explicit Inner(Batch batch) noexcept : batch(std::move(batch)) {}

  std::optional<Batch> batch;  // none while the next one is read, and after that has failed
  std::optional<Operation<Batch>> reading;
};

ReadDir::ReadDir(std::unique_ptr<Inner> inner) noexcept : inner_(std::move(inner)) {}
ReadDir::ReadDir(ReadDir&&) noexcept = default;
ReadDir& ReadDir::operator=(ReadDir&&) noexcept = default;
ReadDir::~ReadDir() = default;

Poll<io::Result<std::optional<DirEntry>>> ReadDir::poll_next_entry(Context& cx) {
  using Output = io::Result<std::optional<DirEntry>>;
  for (;;) {
    if (inner_->reading) {
      Poll<io::Result<Batch>> polled = inner_->reading->poll(cx);
      if (polled.is_pending()) return pending;
      inner_->reading.reset();
      if (!*polled) return Output(polled->error());
      inner_->batch.emplace(**std::move(polled));
    }
    if (!inner_->batch) return Output(std::nullopt);
    if (!inner_->batch->entries.empty()) {
      if (!cx.poll_proceed()) return pending;
      io::Result<DirEntry> entry = std::move(inner_->batch->entries.front());
      inner_->batch->entries.pop_front();
      if (!entry) return Output(entry.error());
      return Output(std::optional<DirEntry>(*std::move(entry)));
    }
    if (!inner_->batch->has_more()) return Output(std::nullopt);
    auto read_on = [batch = *std::exchange(inner_->batch, std::nullopt)]() mutable -> io::Result<Batch> {
      batch.read();
      return std::move(batch);
    };
    inner_->reading.emplace(detail::on_pool<Batch>(std::move(read_on)));
  }
}

Operation<ReadDir> read_dir(std::filesystem::path path) {
  return detail::on_pool<ReadDir>([path = std::move(path)]() mutable -> io::Result<ReadDir> {
    io::Result<ReadDir::Batch> first = ReadDir::Batch::open(std::move(path));
    if (!first) return first.error();
    return ReadDir(std::make_unique<ReadDir::Inner>(*std::move(first)));
  });
}

}  // namespace ferry::fs
