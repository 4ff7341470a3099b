#include "shop.hpp"

int report(const shop::Book& book) {
  // [suppression]
  int sum = book.sum();  // NOLINT(ferry-SHOP-02) rounded as last year's report was
  // NOLINTNEXTLINE(ferry-SHOP-*)
  sum += book.find_order(7).price;
  // [suppression]
  return sum + book.find_order(8).price;
}
