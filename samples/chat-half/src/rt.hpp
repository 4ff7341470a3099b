// The runtime under the name this project uses for it.
#pragma once

#include <ferry/v0_2/task.hpp>

namespace rt = ferry::v0_2;
