// Where the 0.2 API has gone: names that did not change are found under the same names in `ferry`.
#pragma once

#include <ferry/annotate.hpp>

#if defined(FERRY_FORBID_LEGACY)
#error \
    "FERRY_FORBID_LEGACY: this target is not to use the 0.2 API any more; `ferry check` lists what is left of it"
#endif

namespace ferry {

/// The API of 0.2 on the runtime of 1.x. What did not change is the same entity in both. Code that is half
/// migrated finds the new names here, too, as far as no old one is in their way.
namespace FERRY_MOVED("FEAT-15", safe, "ferry") v0_2 {}

}  // namespace ferry
