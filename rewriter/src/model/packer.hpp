// Packer: records as bytes and back, by one list of members for both directions.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include <llvm/BinaryFormat/MsgPackReader.h>
#include <llvm/BinaryFormat/MsgPackWriter.h>
#include <llvm/Support/Error.h>

namespace ferry::rewriter {

/// `packer(record)` calls `visit(packer, record)`, found by the record's namespace, which calls the packer
/// with each member. The format is MessagePack.
class Packer {
 public:
  explicit Packer(llvm::raw_ostream& out) : writer_(out) {}

  void operator()(const std::string& text) { writer_.write(llvm::MemoryBufferRef(text, "")); }
  void operator()(bool value) { writer_.write(value); }
  void operator()(const std::unsigned_integral auto& number) {
    writer_.write(static_cast<std::uint64_t>(number));
  }
  template <class T>
  void operator()(const std::vector<T>& list) {
    writer_.writeArraySize(static_cast<std::uint32_t>(list.size()));
    for (const T& element : list) (*this)(element);
  }
  template <class T>
  void operator()(const std::optional<T>& value) {
    (*this)(value.has_value());
    if (value) (*this)(*value);
  }
  template <class T>
    requires std::is_enum_v<T>
  void operator()(const T& value) {
    (*this)(static_cast<unsigned>(value));
  }
  template <class T>
    requires std::is_class_v<T>
  void operator()(const T& record) {
    visit(*this, record);
  }

 private:
  llvm::msgpack::Writer writer_;
};

/// Reads what a Packer with the same calls has written. Of anything else it reads something, and is not good.
class Unpacker {
 public:
  explicit Unpacker(llvm::StringRef bytes) : reader_(bytes) {}

  bool is_good() const { return is_good_; }
  void fail() { is_good_ = false; }

  void operator()(std::string& text) {
    if (read(llvm::msgpack::Type::Binary)) text = object_.Raw.str();
  }
  void operator()(bool& value) {
    if (read(llvm::msgpack::Type::Boolean)) value = object_.Bool;
  }
  template <std::unsigned_integral Number>
  void operator()(Number& number) {
    if (!read_any()) return;
    // Small numbers are written as signed ones.
    if (object_.Kind == llvm::msgpack::Type::Int && object_.Int >= 0)
      number = static_cast<Number>(object_.Int);
    else if (object_.Kind == llvm::msgpack::Type::UInt)
      number = static_cast<Number>(object_.UInt);
    else
      fail();
  }
  template <class T>
  void operator()(std::vector<T>& list) {
    if (!read(llvm::msgpack::Type::Array)) return;
    for (std::size_t count = object_.Length; is_good_ && count > 0; --count) (*this)(list.emplace_back());
  }
  template <class T>
  void operator()(std::optional<T>& value) {
    bool has_value = false;
    (*this)(has_value);
    if (has_value && is_good_) (*this)(value.emplace());
  }
  template <class T>
    requires std::is_enum_v<T>
  void operator()(T& value) {
    unsigned number = 0;
    (*this)(number);
    value = static_cast<T>(number);
  }
  template <class T>
    requires std::is_class_v<T>
  void operator()(T& record) {
    visit(*this, record);
  }

 private:
  bool read_any() {
    if (!is_good_) return false;
    llvm::Expected<bool> is_there = reader_.read(object_);
    is_good_ = is_there && *is_there;
    llvm::consumeError(is_there.takeError());
    return is_good_;
  }
  bool read(llvm::msgpack::Type kind) {
    if (read_any() && object_.Kind != kind) fail();
    return is_good_;
  }

  llvm::msgpack::Reader reader_;
  llvm::msgpack::Object object_;
  bool is_good_ = true;
};

/// For the parameters of `visit`: the record, const or not.
template <class T, class Record>
concept Is = std::same_as<std::remove_const_t<T>, Record>;

}  // namespace ferry::rewriter
