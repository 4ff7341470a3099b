// Runtimes: Builder, Runtime, Handle.
#pragma once

#include <ferry/runtime/builder.hpp>
#include <ferry/runtime/dump.hpp>
#include <ferry/runtime/handle.hpp>
#include <ferry/runtime/runtime.hpp>
#include <ferry/runtime/stall.hpp>
