// Stamps: by what is seen whether files have changed, without reading them.
#pragma once

#include <string>
#include <vector>

#include <llvm/Support/Chrono.h>
#include <llvm/Support/FileSystem.h>

namespace ferry::rewriter {

/// What was at a path at a time.
struct Stamp {
  std::string path;
  bool is_there = false;
  std::uint64_t size = 0;
  llvm::sys::TimePoint<> modified;
  llvm::sys::fs::UniqueID id;

  bool operator==(const Stamp& other) const = default;
};

Stamp stamp_of(std::string path);

/// Whether all is as it was.
bool hold(const std::vector<Stamp>& stamps);

}  // namespace ferry::rewriter
