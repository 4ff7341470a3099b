// Results: what happens in normal operation is a value, not an exception.
#pragma once

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

namespace ferry {

/// A value or an error. `.value()` throws when there is none; nothing else does.
/// Tokio: `Result`.
template <class T, class E = boost::system::error_code>
using Result = boost::system::result<T, E>;

namespace io {

/// An error of the operating system or of `io`.
using Error = boost::system::error_code;

/// The result of an I/O operation. Tokio: `io::Result`.
template <class T>
using Result = ferry::Result<T, Error>;

}  // namespace io
}  // namespace ferry
