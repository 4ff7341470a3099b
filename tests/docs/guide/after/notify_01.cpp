#include <ferry/sync.hpp>

namespace rt = ferry;

// [guide]
void finish(rt::sync::Notify& finished) { finished.notify_one(); }
// [guide]
