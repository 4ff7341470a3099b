#include "fs/transfer.hpp"

#include <unistd.h>

#include <ferry/io/error.hpp>

namespace ferry::fs::detail {

std::shared_ptr<Transfer> Transfer::read(DescriptorPtr descriptor, Buffer buffer, std::size_t size) {
  auto transfer = std::make_shared<Transfer>(Kind::Read, std::move(descriptor), std::move(buffer));
  transfer->size_ = size;
  return transfer;
}

std::shared_ptr<Transfer> Transfer::write(DescriptorPtr descriptor, Buffer buffer, std::size_t back) {
  auto transfer = std::make_shared<Transfer>(Kind::Write, std::move(descriptor), std::move(buffer));
  transfer->back_ = back;
  return transfer;
}

std::shared_ptr<Transfer> Transfer::seek(DescriptorPtr descriptor, Buffer buffer, io::SeekFrom position) {
  auto transfer = std::make_shared<Transfer>(Kind::Seek, std::move(descriptor), std::move(buffer));
  transfer->position_ = position;
  return transfer;
}

std::shared_ptr<Transfer> Transfer::set_len(DescriptorPtr descriptor, Buffer buffer, std::size_t back,
                                            std::uint64_t size) {
  auto transfer = std::make_shared<Transfer>(Kind::SetLen, std::move(descriptor), std::move(buffer));
  transfer->back_ = back;
  transfer->size_ = size;
  return transfer;
}

Transfer::Transfer(Kind kind, DescriptorPtr descriptor, Buffer buffer)
    : Job(kind == Kind::Read || kind == Kind::Write ? Where::Anywhere : Where::Pool,
          kind == Kind::Write ? Fate::Mandatory : Fate::Optional),
      kind_(kind),
      descriptor_(std::move(descriptor)),
      buffer_(std::move(buffer)) {}

io::Result<std::uint64_t> Transfer::outcome() const {
  if (const std::optional<io::Error> error = failure()) return *error;
  return outcome_;
}

Buffer Transfer::take_buffer() {
  if (failure()) return {};
  return std::move(buffer_);
}

const SystemCall* Transfer::step(std::int64_t result) {
  if (!std::exchange(is_begun_, true)) return first();
  if (result < 0) return end(error_of(result));
  const auto size = static_cast<std::size_t>(result);
  before_->settle(call_->size, size);
  if (kind_ == Kind::Read) {
    buffer_.fill(size);
    return end(size);
  }
  if (size == 0) return end(io::Error(io::ErrorKind::WriteZero));
  buffer_.consume(size);
  if (buffer_.is_empty()) return end(0);
  return transfer(SystemCall::write(descriptor_->get(), buffer_.data()));
}

const SystemCall* Transfer::first() {
  if (kind_ == Kind::Seek) return end(move(position_));
  if (const io::Result<std::uint64_t> moved = move_back(); !moved) return end(moved);
  switch (kind_) {
    case Kind::Read:
      return transfer(SystemCall::read(descriptor_->get(), buffer_.reserve(size_)));
    case Kind::Write:
      return transfer(SystemCall::write(descriptor_->get(), buffer_.data()));
    default:
      return end(::ftruncate(descriptor_->get(), static_cast<off_t>(size_)) == 0
                     ? io::Result<std::uint64_t>(0)
                     : io::last_os_error());
  }
}

const SystemCall* Transfer::transfer(SystemCall call) noexcept {
  before_.emplace(descriptor_->get());
  return &call_.emplace(call);
}

const SystemCall* Transfer::end(io::Result<std::uint64_t> outcome) noexcept {
  outcome_ = outcome;
  if (kind_ != Kind::Read) buffer_.discard();  // nothing that was read ahead
  descriptor_.reset();                         // who is told of the end may want to be the only owner
  return nullptr;
}

io::Result<std::uint64_t> Transfer::move(io::SeekFrom position) const noexcept {
  using Origin = io::SeekFrom::Origin;
  const int whence = position.origin() == Origin::Start ? SEEK_SET
                     : position.origin() == Origin::End ? SEEK_END
                                                        : SEEK_CUR;
  const off_t moved = ::lseek(descriptor_->get(), position.offset(), whence);
  if (moved < 0) return io::last_os_error();
  return static_cast<std::uint64_t>(moved);
}

io::Result<std::uint64_t> Transfer::move_back() const noexcept {
  if (back_ == 0) return 0;
  return move(io::SeekFrom::current(-static_cast<std::int64_t>(back_)));
}

}  // namespace ferry::fs::detail
