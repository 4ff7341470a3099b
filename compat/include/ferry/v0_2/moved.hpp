// Where the 0.2 API has gone: names that did not change are found under the same names in `ferry`.
#pragma once

#include <ferry/annotate.hpp>

namespace ferry {

/// The API of 0.2 on the runtime of 1.x. Values that did not change are the same entities in both.
namespace FERRY_MOVED("FEAT-15", safe, "ferry") v0_2 {}

}  // namespace ferry
