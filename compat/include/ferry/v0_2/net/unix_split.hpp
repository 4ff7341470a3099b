// The two halves of a UnixStream, as in 0.2.
#pragma once

#include <ferry/v0_2/moved.hpp>
#include <ferry/v0_2/net/split.hpp>
#include <ferry/v0_2/net/unix_stream.hpp>

namespace ferry::v0_2::net {

/// See StreamReadHalf. Tokio: 0.2's `net::unix::ReadHalf`.
using UnixReadHalf = StreamReadHalf<UnixStream>;
/// See StreamWriteHalf. Tokio: 0.2's `net::unix::WriteHalf`.
using UnixWriteHalf = StreamWriteHalf<UnixStream>;
/// See OwnedStreamReadHalf. Tokio: 0.2's `net::unix::OwnedReadHalf`.
using OwnedUnixReadHalf = OwnedStreamReadHalf<UnixStream>;
/// See OwnedStreamWriteHalf. Tokio: 0.2's `net::unix::OwnedWriteHalf`.
using OwnedUnixWriteHalf = OwnedStreamWriteHalf<UnixStream>;
/// See StreamReuniteError. Tokio: 0.2's `net::unix::ReuniteError`.
using UnixReuniteError = StreamReuniteError<UnixStream>;

}  // namespace ferry::v0_2::net
