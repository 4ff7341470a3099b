#include <ferry/net.hpp>

namespace rt = ferry;

// [guide]
auto adopt(int inherited) { return rt::net::TcpListener::from_std(rt::net::nonblocking(inherited)); }
// [guide]
