// The two halves of a TcpStream, as in 0.2.
#pragma once

#include <ferry/v0_2/moved.hpp>
#include <ferry/v0_2/net/split.hpp>
#include <ferry/v0_2/net/tcp_stream.hpp>

namespace ferry::v0_2::net {

/// See StreamReadHalf. Tokio: 0.2's `net::tcp::ReadHalf`.
using ReadHalf = StreamReadHalf<TcpStream>;
/// See StreamWriteHalf. Tokio: 0.2's `net::tcp::WriteHalf`.
using WriteHalf = StreamWriteHalf<TcpStream>;
/// See OwnedStreamReadHalf. Tokio: 0.2's `net::tcp::OwnedReadHalf`.
using OwnedReadHalf = OwnedStreamReadHalf<TcpStream>;
/// See OwnedStreamWriteHalf. Tokio: 0.2's `net::tcp::OwnedWriteHalf`.
using OwnedWriteHalf = OwnedStreamWriteHalf<TcpStream>;
/// See StreamReuniteError. Tokio: 0.2's `net::tcp::ReuniteError`.
using ReuniteError = StreamReuniteError<TcpStream>;

}  // namespace ferry::v0_2::net
