// Which of the two reactors this library is built with.
#pragma once

#include <boost/asio/detail/config.hpp>
#include <boost/asio/version.hpp>

// The one over Asio's epoll reactor reaches into boost::asio::detail, which is the same in these versions.
// All else gets the one that uses what Asio documents; so does who asks for it.
#if defined(BOOST_ASIO_HAS_EPOLL) && BOOST_ASIO_VERSION >= 102400 && BOOST_ASIO_VERSION <= 103800 && \
    !defined(FERRY_REACTOR_ASYNC_WAIT)
#define FERRY_REACTOR_IS_EPOLL 1
#else
#define FERRY_REACTOR_IS_EPOLL 0
#endif
