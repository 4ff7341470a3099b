#include <ferry/v0_2/sync.hpp>

namespace rt = ferry::v0_2;

// [guide]
void finish(rt::sync::Notify& finished) { finished.notify(); }
// [guide]
