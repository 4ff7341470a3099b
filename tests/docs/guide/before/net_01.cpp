#include <ferry/v0_2/net.hpp>

namespace rt = ferry::v0_2;

// [guide]
auto adopt(int inherited) { return rt::net::TcpListener::from_std(inherited); }
// [guide]
