// Signals: ctrl_c, and any other kind.
#pragma once

#include <ferry/signal/signal.hpp>
