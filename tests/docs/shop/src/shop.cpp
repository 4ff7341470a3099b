#include "shop.hpp"

namespace shop {

Order Book::order_of(int customer) const {
  for (const Order& order : orders_)
    if (order.customer == customer) return order;
  return {};
}

int Book::total(bool with_tax) const {
  int sum = 0;
  for (const Order& order : orders_) sum += order.price;
  return with_tax ? sum + sum / 5 : sum;
}

Order Book::find_order(int customer) const { return order_of(customer); }

int Book::sum() const {
  int sum = 0;
  for (const Order& order : orders_) sum += order.price + order.price / 5;
  return sum;
}

int Book::all_orders() const { return open_orders(); }

}  // namespace shop
