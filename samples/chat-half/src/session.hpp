// One client.
#pragma once

#include <memory>

#include <ferry/v0_2/sync.hpp>

#include "app.hpp"
#include "net/framing.hpp"

namespace chat {

/// Talks with the client until one of them has enough. `place` is taken for as long.
rt::Task<void> serve_client(std::shared_ptr<App> app, Connection connection, Closing closing,
                            rt::sync::OwnedSemaphorePermit place);

}  // namespace chat
