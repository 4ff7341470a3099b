// What is done to whole files: read, write, copy.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <ferry/fs/operation.hpp>
#include <ferry/io/bytes.hpp>

namespace ferry::fs {

/// Data that an operation owns while it writes it: copied from anything that io::ConstBytes takes, or moved
/// from a string or a vector of bytes.
class Contents {
 public:
  Contents(std::string&& text) noexcept : data_(std::move(text)) {}
  Contents(std::vector<std::byte>&& bytes) noexcept : data_(std::move(bytes)) {}
  template <class D>
    requires(std::convertible_to<D &&, io::ConstBytes> && !std::same_as<D, std::string> &&
             !std::same_as<D, std::vector<std::byte>> && !std::same_as<std::remove_cvref_t<D>, Contents>)
  Contents(D&& data) : data_(copy(io::ConstBytes(std::forward<D>(data)).span())) {}

  std::span<const std::byte> span() const noexcept {
    return std::visit([](const auto& data) { return std::as_bytes(std::span(data)); }, data_);
  }

 private:
  static std::vector<std::byte> copy(std::span<const std::byte> data) { return {data.begin(), data.end()}; }

  std::variant<std::vector<std::byte>, std::string> data_;
};

/// All that a file holds.
///
/// Cancelling: safe.
/// Tokio: `fs::read`.
Operation<std::vector<std::byte>> read(std::filesystem::path path);

/// All that a file holds, as text.
///
/// Errors: InvalidData when it is not UTF-8, ...
/// Cancelling: safe.
/// Tokio: `fs::read_to_string`.
Operation<std::string> read_to_string(std::filesystem::path path);

/// Makes a file, or makes it empty, and writes `contents` to it. Completes when it is closed; that does not
/// mean that it is on the disk.
///
/// Cancelling: safe; the file may hold some of it.
/// Tokio: `fs::write`.
Operation<void> write(std::filesystem::path path, Contents contents);

/// Copies the contents and the permissions of the file `from` to the file `to`, which is made or replaced.
///
/// Result: how many bytes.
/// Errors: EINVAL for what is no file, and when both are the same; ...
/// Cancelling: safe; some of it may have been copied.
/// Tokio: `fs::copy`.
Operation<std::uint64_t> copy(std::filesystem::path from, std::filesystem::path to);

}  // namespace ferry::fs
