// What a decoder says of input that comes in pieces.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ferry/util/codec/framed_read.hpp>

#include "runtime/io/script.hpp"
#include "support/spawn.hpp"

namespace ferry::test {

inline std::string frame_text(const std::string& frame) { return frame; }
inline std::string frame_text(const util::BytesMut& frame) { return text_of(frame); }

/// The frames in `pieces`, each after '=', and the errors, each after '!'.
template <class Codec>
std::vector<std::string> frames_of(Codec codec, const std::vector<std::string>& pieces) {
  ScriptedReader reader;
  for (const std::string& piece : pieces) {
    if (!piece.empty()) reader.give(piece).wait();
  }
  util::codec::FramedRead framed(std::move(reader), std::move(codec));
  std::vector<std::string> outcomes;
  bool has_failed = false;
  for (;;) {
    auto polled = spawn([&] { return framed.next(); }).poll();
    if (polled.is_pending()) continue;
    if (!*polled) {
      if (!std::exchange(has_failed, false)) return outcomes;  // after an error it gives none once
      continue;
    }
    has_failed = (*polled)->has_error();
    outcomes.push_back(has_failed ? '!' + (*polled)->error().message() : '=' + frame_text(***polled));
  }
}

/// The same up to the first error.
template <class Codec>
std::vector<std::string> frames_before_error(Codec codec, const std::vector<std::string>& pieces) {
  std::vector<std::string> outcomes = frames_of(std::move(codec), pieces);
  for (std::size_t i = 0; i < outcomes.size(); ++i)
    if (outcomes[i].front() == '!') outcomes.resize(i + 1);
  return outcomes;
}

/// `input` byte by byte.
inline std::vector<std::string> bytes_of(std::string_view input) {
  std::vector<std::string> pieces;
  for (const char byte : input) pieces.emplace_back(1, byte);
  return pieces;
}

}  // namespace ferry::test
