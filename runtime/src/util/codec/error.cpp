#include <string>

#include <ferry/util/codec/error.hpp>

namespace ferry::util::codec {
namespace {

class Category final : public boost::system::error_category {
 public:
  constexpr Category() noexcept : error_category(0x5c3e7b0a94d1f286) {}

  const char* name() const noexcept override { return "ferry.util.codec"; }

  std::string message(int code) const override {
    switch (code) {
      case static_cast<int>(LinesCodecError::MaxLineLengthExceeded):
        return "the line is too long";
      case static_cast<int>(AnyDelimiterCodecError::MaxChunkLengthExceeded):
        return "the chunk is too long";
      case static_cast<int>(LengthDelimitedCodecError::MaxFrameLengthExceeded):
        return "the frame is too long";
      case static_cast<int>(LengthDelimitedCodecError::LengthOverflow):
        return "the length of the frame is out of range once it is adjusted";
    }
    return "unknown error";
  }
};

constexpr Category kCategory;

}  // namespace

const boost::system::error_category& error_category() noexcept { return kCategory; }

}  // namespace ferry::util::codec
