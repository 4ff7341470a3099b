#pragma once

#include <ferry/v0_2/task.hpp>

/// Adds up the rounds that a clock says.
ferry::v0_2::Task<int> add_up_rounds();
