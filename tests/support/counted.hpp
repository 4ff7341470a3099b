// Counted: a value that knows how many of its kind exist.
#pragma once

#include <utility>

namespace ferry::test {

/// Counts what is alive, moved and destroyed. One counter per test.
struct Counts {
  int alive = 0;
  int made = 0;
  int moved = 0;
};

class Counted {
 public:
  explicit Counted(Counts& counts, int value = 0) : value(value), counts_(&counts) {
    ++counts_->alive;
    ++counts_->made;
  }
  Counted(Counted&& other) noexcept : value(other.value), counts_(other.counts_) {
    ++counts_->alive;
    ++counts_->moved;
  }
  Counted& operator=(Counted&& other) noexcept {
    value = other.value;
    return *this;
  }
  ~Counted() { --counts_->alive; }

  int value;

 private:
  Counts* counts_;
};

}  // namespace ferry::test
