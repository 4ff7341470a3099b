// Runtimes as in 0.2.
#pragma once

#include <ferry/runtime.hpp>
#include <ferry/v0_2/moved.hpp>
#include <ferry/v0_2/result.hpp>
#include <ferry/v0_2/runtime/builder.hpp>
#include <ferry/v0_2/runtime/handle.hpp>
#include <ferry/v0_2/runtime/runtime.hpp>

namespace ferry::v0_2::runtime {

// What 1.x has besides.
using ferry::runtime::Dump;
using ferry::runtime::EnterGuard;
using ferry::runtime::is_rt_shutdown_err;
using ferry::runtime::LocalRuntime;
using ferry::runtime::RuntimeFlavor;
using ferry::runtime::RuntimeMetrics;
using ferry::runtime::TaskMeta;
using ferry::runtime::UnhandledPanic;
using ferry::runtime::worker_index;

}  // namespace ferry::v0_2::runtime
