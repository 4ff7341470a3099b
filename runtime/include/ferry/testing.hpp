// What tests of asynchronous code need.
#pragma once

#include <ferry/testing/explore.hpp>
#include <ferry/testing/io.hpp>
#include <ferry/testing/stream_mock.hpp>
#include <ferry/testing/task.hpp>
