// Streams: the concept, waiting for the next item, and wrappers for what gives many values.
#pragma once

#include <ferry/stream/stream.hpp>
#include <ferry/stream/wrappers.hpp>
