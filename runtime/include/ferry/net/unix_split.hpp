// The two halves of a UnixStream.
#pragma once

#include <ferry/net/split.hpp>
#include <ferry/net/unix_stream.hpp>

namespace ferry::net {

/// See StreamReadHalf. Tokio: `net::unix::ReadHalf`.
using UnixReadHalf = StreamReadHalf<UnixStream>;
/// See StreamWriteHalf. Tokio: `net::unix::WriteHalf`.
using UnixWriteHalf = StreamWriteHalf<UnixStream>;
/// See OwnedStreamReadHalf. Tokio: `net::unix::OwnedReadHalf`.
using OwnedUnixReadHalf = OwnedStreamReadHalf<UnixStream>;
/// See OwnedStreamWriteHalf. Tokio: `net::unix::OwnedWriteHalf`.
using OwnedUnixWriteHalf = OwnedStreamWriteHalf<UnixStream>;
/// See StreamReuniteError. Tokio: `net::unix::ReuniteError`.
using UnixReuniteError = StreamReuniteError<UnixStream>;

}  // namespace ferry::net
