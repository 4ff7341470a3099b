// A certificate and its key for tests, made on the spot.
#pragma once

#include <string>

namespace ferry::test {

struct Certificate {
  std::string pem;  ///< signed with its own key, so it is its own authority
  std::string key_pem;
};

/// For the host `name`, valid for an hour.
Certificate make_certificate(const std::string& name);

}  // namespace ferry::test
