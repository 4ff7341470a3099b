// Runtimes as in 0.2.
#pragma once

#include <ferry/runtime.hpp>
#include <ferry/v0_2/moved.hpp>
#include <ferry/v0_2/result.hpp>
#include <ferry/v0_2/runtime/builder.hpp>
#include <ferry/v0_2/runtime/handle.hpp>
#include <ferry/v0_2/runtime/runtime.hpp>
