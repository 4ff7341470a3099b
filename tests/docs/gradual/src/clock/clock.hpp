#pragma once

#include <ferry/v0_2/sync.hpp>
#include <ferry/v0_2/task.hpp>

/// Rings the bell so many times, and says in between what round it is.
ferry::v0_2::Task<void> tick(ferry::v0_2::sync::Notify& bell, ferry::v0_2::sync::watch::Sender<int> round,
                             int times);
