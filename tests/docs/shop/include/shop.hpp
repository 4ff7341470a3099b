// A library that has changed its interface and carries its users along.
#pragma once

#include <vector>

#include <ferry/annotate.hpp>

namespace shop {

struct Order {
  int customer = 0;
  int price = 0;
};

class Book {
 public:
  void add(Order order) { orders_.push_back(order); }
  Order order_of(int customer) const;
  int total(bool with_tax) const;
  int open_orders() const { return static_cast<int>(orders_.size()); }

  // The interface of last year.

  // [annotation]
  FERRY_REPLACE("SHOP-01", safe, "$this.order_of($customer)")
  Order find_order(int customer) const;
  // [annotation]

  FERRY_REPLACE("SHOP-02", unsafe, "$this.total(true)")
  int sum() const;

  FERRY_INLINE("SHOP-03", safe)
  int size() const { return open_orders(); }

  FERRY_REPLACE("SHOP-04", manual, "open_orders, or a count of your own: closed orders are not kept any more")
  int all_orders() const;

 private:
  std::vector<Order> orders_;
};

}  // namespace shop
