// The two halves of a TcpStream.
#pragma once

#include <ferry/net/split.hpp>
#include <ferry/net/tcp_stream.hpp>

namespace ferry::net {

/// See StreamReadHalf. Tokio: `net::tcp::ReadHalf`.
using ReadHalf = StreamReadHalf<TcpStream>;
/// See StreamWriteHalf. Tokio: `net::tcp::WriteHalf`.
using WriteHalf = StreamWriteHalf<TcpStream>;
/// See OwnedStreamReadHalf. Tokio: `net::tcp::OwnedReadHalf`.
using OwnedReadHalf = OwnedStreamReadHalf<TcpStream>;
/// See OwnedStreamWriteHalf. Tokio: `net::tcp::OwnedWriteHalf`.
using OwnedWriteHalf = OwnedStreamWriteHalf<TcpStream>;
/// See StreamReuniteError. Tokio: `net::tcp::ReuniteError`.
using ReuniteError = StreamReuniteError<TcpStream>;

}  // namespace ferry::net
