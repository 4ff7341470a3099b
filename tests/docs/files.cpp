#include "files.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace ferry::test {

namespace fs = std::filesystem;

std::string source_dir() { return FERRY_SOURCE_DIR; }

std::string read(std::string_view path) {
  std::ifstream in(fs::path(source_dir()) / path, std::ios::binary);
  if (!in) throw std::runtime_error(std::string(path) + ": cannot be read");
  return {std::istreambuf_iterator<char>(in), {}};
}

bool exists(std::string_view path) { return fs::exists(fs::path(source_dir()) / path); }

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::vector<std::string> files_below(std::string_view folder, const std::vector<std::string>& endings) {
  std::vector<std::string> files;
  const fs::path root = fs::path(source_dir()) / folder;
  if (!fs::exists(root)) return files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root)) {
    const std::string path = entry.path().lexically_relative(source_dir()).generic_string();
    if (entry.is_regular_file() &&
        std::ranges::any_of(endings, [&](const std::string& ending) { return path.ends_with(ending); }))
      files.push_back(path);
  }
  std::ranges::sort(files);
  return files;
}

std::vector<std::string> pages() {
  std::vector<std::string> found = files_below("docs", {".md"});
  std::erase_if(found, [](const std::string& page) { return page.starts_with("docs/rules/"); });
  found.insert(found.begin(), "README.md");
  return found;
}

}  // namespace ferry::test
