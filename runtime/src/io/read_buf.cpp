#include <stdexcept>

#include <ferry/io/read_buf.hpp>

namespace ferry::io {

void ReadBuf::fail(const char* what) { throw std::logic_error(what); }

}  // namespace ferry::io
