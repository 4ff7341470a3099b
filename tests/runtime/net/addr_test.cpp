#include <netinet/in.h>
#include <string>
#include <unordered_set>

#include <doctest/doctest.h>
#include <ferry/io/error.hpp>
#include <ferry/net/addr.hpp>
#include <ferry/net/native_addr.hpp>
#include <ferry/net/unix_addr.hpp>

using namespace ferry;

TEST_SUITE("net.SocketAddr") {
  TEST_CASE("what parse reads, to_string writes") {
    for (const std::string text : {"127.0.0.1:80", "0.0.0.0:0", "255.255.255.255:65535", "[::1]:443",
                                   "[::]:0", "[2001:db8::7]:1", "[fe80::1%3]:9"}) {
      CAPTURE(text);
      const io::Result<net::SocketAddr> addr = net::SocketAddr::parse(text);
      REQUIRE(addr.has_value());
      CHECK(addr->to_string() == text);
      CHECK(addr->is_v6() == text.starts_with('['));
    }
  }

  TEST_CASE("parse refuses names, missing or wrong ports, and addresses in the other one's form") {
    for (const std::string text : {"", ":", "localhost:80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536",
                                   "127.0.0.1:-1", "127.0.0.1:8 ", "127.0.0:80", "256.0.0.1:80", "::1:80",
                                   "[::1]", "[::1]80", "[127.0.0.1]:80", "[::1%eth0]:80", "127.0.0.1%1:80"}) {
      CAPTURE(text);
      const io::Result<net::SocketAddr> addr = net::SocketAddr::parse(text);
      REQUIRE(addr.has_error());
      CHECK(addr.error() == io::ErrorKind::InvalidInput);
    }
  }

  TEST_CASE("its parts can be read and set") {
    net::SocketAddr addr = net::SocketAddr::parse("10.1.2.3:80").value();
    CHECK(addr.port() == 80);
    CHECK(addr.ip() == net::IpAddr::v4(10, 1, 2, 3));
    addr.set_port(81);
    addr.set_ip(net::IpAddr::localhost_v6());
    CHECK(addr.to_string() == "[::1]:81");
    CHECK(net::SocketAddr::parse("[fe80::1%3]:9")->scope_id() == 3);
  }

  TEST_CASE("addresses are equal, ordered and hashed by all their parts") {
    const auto parse = [](const char* text) { return net::SocketAddr::parse(text).value(); };
    CHECK(parse("1.2.3.4:5") == parse("1.2.3.4:5"));
    CHECK(parse("1.2.3.4:5") < parse("1.2.3.4:6"));
    CHECK(parse("1.2.3.4:5") < parse("1.2.3.5:4"));
    CHECK(parse("255.255.255.255:1") < parse("[::]:1"));
    std::unordered_set<net::SocketAddr> set{parse("1.2.3.4:5"),     parse("1.2.3.4:5"),
                                            parse("1.2.3.4:6"),     parse("[::1]:5"),
                                            parse("[fe80::1%1]:5"), parse("[fe80::1%2]:5")};
    CHECK(set.size() == 5);
  }
}

TEST_SUITE("net.IpAddr") {
  TEST_CASE("parse knows both versions") {
    CHECK(net::IpAddr::parse("127.0.0.1").value() == net::IpAddr::localhost_v4());
    CHECK(net::IpAddr::parse("::1").value() == net::IpAddr::localhost_v6());
    CHECK(net::IpAddr::parse("127.0.0.1:80").has_error());
    CHECK(net::IpAddr::parse("[::1]").has_error());
    CHECK(net::IpAddr::parse(std::string("1.2.3.4\0x", 9)).has_error());
  }

  TEST_CASE("all of 127/8 and ::1 are loopback, only the zero addresses are unspecified") {
    CHECK(net::IpAddr::v4(127, 9, 9, 9).is_loopback());
    CHECK(net::IpAddr::localhost_v6().is_loopback());
    CHECK_FALSE(net::IpAddr::v4(128, 0, 0, 1).is_loopback());
    CHECK(net::IpAddr::unspecified_v4().is_unspecified());
    CHECK(net::IpAddr::unspecified_v6().is_unspecified());
    CHECK_FALSE(net::IpAddr::localhost_v4().is_unspecified());
    CHECK(net::IpAddr::unspecified_v4() != net::IpAddr::unspecified_v6());
  }
}

TEST_SUITE("net.NativeAddr") {
  TEST_CASE("addresses go to what system calls take, and back") {
    for (const char* text : {"127.0.0.1:80", "[::1]:443", "[fe80::1%3]:9"}) {
      const auto addr = net::SocketAddr::parse(text).value();
      CHECK(net::from_native<net::SocketAddr>(net::to_native(addr)).value() == addr);
    }
    const auto v4 = net::to_native(net::SocketAddr::parse("1.2.3.4:80").value());
    CHECK(v4.size == sizeof(sockaddr_in));
    CHECK(reinterpret_cast<const sockaddr_in*>(v4.get())->sin_port == htons(80));
    for (const net::UnixSocketAddr& addr :
         {net::UnixSocketAddr::from_pathname("a/b").value(),
          net::UnixSocketAddr::from_abstract_name("n").value(), net::UnixSocketAddr()})
      CHECK(net::from_native<net::UnixSocketAddr>(net::to_native(addr)).value() == addr);
  }

  TEST_CASE("an address of another family is an error") {
    const auto ip = net::to_native(net::SocketAddr::parse("1.2.3.4:80").value());
    CHECK(net::from_native<net::UnixSocketAddr>(ip).error() ==
          boost::system::errc::address_family_not_supported);
    const auto path = net::to_native(net::UnixSocketAddr::from_pathname("a").value());
    CHECK(net::from_native<net::SocketAddr>(path).error() ==
          boost::system::errc::address_family_not_supported);
  }
}
