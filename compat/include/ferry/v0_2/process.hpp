// Processes, as in 0.2.
#pragma once

#include <ferry/process.hpp>
#include <ferry/v0_2/io.hpp>
#include <ferry/v0_2/moved.hpp>
#include <ferry/v0_2/process/child.hpp>
#include <ferry/v0_2/process/child_pipes.hpp>
#include <ferry/v0_2/process/command.hpp>
#include <ferry/v0_2/result.hpp>

namespace ferry::v0_2::process {

using ferry::process::ExitStatus;
using ferry::process::Output;
using ferry::process::Stdio;

}  // namespace ferry::v0_2::process
