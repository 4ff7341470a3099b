#include "archive.hpp"

#include <algorithm>
#include <sstream>

#include <ferry/fs.hpp>

namespace chat {
namespace {

constexpr std::uint64_t kTail = 64 * 1024;  // bytes

using Files = std::vector<std::pair<std::string, std::uint64_t>>;

}  // namespace

ferry::Task<ferry::io::Result<std::vector<std::string>>> last_lines(std::filesystem::path path,
                                                                    std::size_t count) {
  auto file = co_await ferry::fs::File::open(std::move(path));
  if (!file) co_return file.error();
  const auto size = co_await file->seek(ferry::io::SeekFrom::end(0));
  if (!size) co_return size.error();
  const auto from = *size - std::min(*size, kTail);
  const auto sought = co_await file->seek(ferry::io::SeekFrom::start(from));
  if (!sought) co_return sought.error();
  std::vector<char> bytes;
  const auto read = co_await file->read_to_end(bytes);
  if (!read) co_return read.error();

  std::vector<std::string> lines;
  std::istringstream text(std::string(bytes.begin(), bytes.end()));
  for (std::string line; std::getline(text, line);) lines.push_back(std::move(line));
  if (from > 0 && !lines.empty()) lines.erase(lines.begin());  // it began before
  if (lines.size() > count) lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(count));
  co_return lines;
}

ferry::Task<ferry::io::Result<Files>> list_files(std::filesystem::path directory) {
  auto entries = co_await ferry::fs::read_dir(std::move(directory));
  if (!entries) co_return entries.error();
  Files files;
  for (;;) {
    const auto entry = co_await entries->next_entry();
    if (!entry) co_return entry.error();
    if (!*entry) break;
    const auto metadata = co_await (*entry)->metadata();
    if (metadata && metadata->is_file()) files.emplace_back((*entry)->file_name().string(), metadata->len());
  }
  std::sort(files.begin(), files.end());
  co_return files;
}

}  // namespace chat
