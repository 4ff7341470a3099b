#include "support/children.hpp"

#include <csignal>
#include <map>
#include <unistd.h>

#include <doctest/doctest.h>

using namespace ferry::rewriter;

TEST_SUITE("rewriter.support.Children") {
  TEST_CASE("tells how each child ended, however it ended, and whoever started it") {
    std::map<unsigned, Children::Ended> ended;
    Children children(2, [&](Children::Message message) { ended[message.item] = message.ended; });
    for (unsigned item = 0; item < 20; ++item)
      if (children.start(item)) {
        if (item % 5 == 3) ::raise(SIGKILL);
        children.finish();
      }
    if (children.start(std::nullopt)) {
      children.make_room();
      for (unsigned item = 20; item < 40; ++item)
        if (children.start(item)) {
          if (item % 5 == 3) ::_exit(7);
          children.finish();
        }
      children.wait();
      children.finish();
    }
    children.wait();
    REQUIRE(ended.size() == 40);
    for (const auto& [item, how] : ended)
      CHECK((how == Children::Ended::Crashed) == (item < 20 && item % 5 == 3));
  }

  TEST_CASE("no more run at a time than there may be, crashed ones make room") {
    // Each child tells when it begins and ends; a pipe keeps the order.
    int pipe[2];
    REQUIRE(::pipe(pipe) == 0);
    Children children(3, [](Children::Message) {});
    for (unsigned item = 0; item < 30; ++item)
      if (children.start(item)) {
        (void)!::write(pipe[1], "+", 1);
        ::usleep(1000);
        (void)!::write(pipe[1], "-", 1);
        if (item % 2 == 0) ::raise(SIGKILL);
        children.finish();
      }
    children.wait();
    ::close(pipe[1]);
    int now = 0;
    int most = 0;
    int begun = 0;
    for (char sign; ::read(pipe[0], &sign, 1) == 1;) {
      now += sign == '+' ? 1 : -1;
      begun += sign == '+' ? 1 : 0;
      most = std::max(most, now);
    }
    ::close(pipe[0]);
    CHECK(begun == 30);
    CHECK(most <= 3);
    CHECK(now == 0);
  }
}
