// Processes: starting programs, talking to them, waiting for them.
#pragma once

#include <ferry/process/child.hpp>
#include <ferry/process/child_pipes.hpp>
#include <ferry/process/command.hpp>
#include <ferry/process/exit_status.hpp>
#include <ferry/process/stdio.hpp>
