// Runtimes: Builder, Runtime, LocalRuntime, Handle, RuntimeMetrics.
#pragma once

#include <ferry/runtime/builder.hpp>
#include <ferry/runtime/dump.hpp>
#include <ferry/runtime/handle.hpp>
#include <ferry/runtime/histogram.hpp>
#include <ferry/runtime/local_runtime.hpp>
#include <ferry/runtime/metrics.hpp>
#include <ferry/runtime/runtime.hpp>
#include <ferry/runtime/stall.hpp>
#include <ferry/runtime/task_meta.hpp>
