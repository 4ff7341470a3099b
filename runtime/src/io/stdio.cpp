#include <mutex>
#include <unistd.h>
#include <utility>

#include <ferry/io/stdio.hpp>

#include "io/blocking.hpp"

namespace ferry::io {
namespace {

// Whose turn it is to write; the jobs of all objects of one kind take turns.
constinit std::mutex stdout_turn;
constinit std::mutex stderr_turn;

}  // namespace

Stdin::Stdin(std::unique_ptr<detail::BlockingReader> reader) noexcept : reader_(std::move(reader)) {}
Stdin::Stdin(Stdin&&) noexcept = default;
Stdin& Stdin::operator=(Stdin&&) noexcept = default;
Stdin::~Stdin() = default;

Poll<Result<void>> Stdin::poll_read(Context& cx, ReadBuf& buf) { return reader_->poll_read(cx, buf); }

detail::StandardOutput::StandardOutput(std::unique_ptr<BlockingWriter> writer) noexcept
    : writer_(std::move(writer)) {}
detail::StandardOutput::StandardOutput(StandardOutput&&) noexcept = default;
detail::StandardOutput& detail::StandardOutput::operator=(StandardOutput&&) noexcept = default;
detail::StandardOutput::~StandardOutput() = default;

Poll<Result<std::size_t>> detail::StandardOutput::poll_write(Context& cx, std::span<const std::byte> data) {
  return writer_->poll_write(cx, data);
}
Poll<Result<void>> detail::StandardOutput::poll_flush(Context& cx) { return writer_->poll_flush(cx); }

Stdin stdin() { return Stdin(std::make_unique<detail::BlockingReader>(STDIN_FILENO)); }
Stdout stdout() { return Stdout(std::make_unique<detail::BlockingWriter>(STDOUT_FILENO, stdout_turn)); }
Stderr stderr() { return Stderr(std::make_unique<detail::BlockingWriter>(STDERR_FILENO, stderr_turn)); }

}  // namespace ferry::io
