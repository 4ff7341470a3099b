/// The micro benchmarks on raw Boost.Asio.
#include "micro/asio/workloads.hpp"

int main(int argc, char** argv) {
  bench::add_tasks();
  bench::add_calls();
  bench::add_channels();
  bench::add_locks();
  bench::add_selects();
  bench::add_timers();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
}
