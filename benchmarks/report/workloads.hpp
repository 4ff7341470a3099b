/// The micro workloads: what an operation of each is, and what ferry has to reach at it.
#pragma once

#include <limits>
#include <span>
#include <string>
#include <string_view>

namespace bench {

inline constexpr double kNoBar = std::numeric_limits<double>::infinity();

/// What a figure of ferry's may be at most. The ratios are to the same workload on as many threads.
struct Bars {
  double to_tokio_1 = 1;      ///< ferry / Tokio on one thread
  double to_tokio_2 = 1;      ///< on two
  double to_asio = kNoBar;    ///< ferry / the faster one of both ways to write it with raw Asio
  double most = kNoBar;       ///< itself, in the unit of its table
  double to_direct = kNoBar;  ///< a shim / the call of 1.x that takes its place
};

struct Workload {
  std::string_view name;
  std::string_view table;  ///< its id
  std::string_view operation;
  Bars bars;
};

/// In the order of the report.
std::span<const Workload> workloads();

/// What a workload finds out besides CPU time: `figure` is its name in a peer's JSON.
struct ExtraFigure {
  std::string_view workload;
  std::string_view figure;
  std::string_view row;
  std::string_view table;
  Bars bars;
};

std::span<const ExtraFigure> extra_figures();

/// A table that says what an operation is and which bars there are.
std::string explanation();

}  // namespace bench
