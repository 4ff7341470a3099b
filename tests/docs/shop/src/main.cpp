#include "shop.hpp"

int main() {
  shop::Book book;
  book.add({.customer = 7, .price = 12});
  const shop::Order order = book.find_order(/* the first one */ 7);
  if (book.size() != 1 || book.all_orders() != 1) return 1;
  return book.sum() == order.price + 2 ? 0 : 1;
}
