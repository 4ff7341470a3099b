/// Tables of measurements, as Markdown and as JSON.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <boost/json.hpp>

namespace bench {

/// What a figure of ours is compared with: the best of some peers, in one column.
struct Baseline {
  std::string name;
  std::vector<std::string> peers;
};

/// One line of a table: what was done, and the measurements each peer made of it.
struct Row {
  std::string workload;
  std::string threads;
  std::map<std::string, double> bars = {};  // the highest ratio that is good enough, by baseline
  std::optional<double> most = {};          // the highest figure that is good enough
  std::map<std::string, std::vector<double>> samples = {};  // by peer
  bool is_noisy = false;  // a bar is missed only where the middle halves of the samples are apart
};

/// One table. The first peer is ours.
struct Table {
  std::string id;  // in the JSON file
  std::string title;
  std::string unit;
  std::vector<std::string> peers;
  std::vector<Baseline> baselines;
  std::vector<Row> rows = {};
  bool is_more_better = false;
  bool shows_quartiles = false;

  Row& row(const std::string& workload, const std::string& threads);
};

/// A baseline for every peer but the first.
std::vector<Baseline> each_other(const std::vector<std::string>& peers);

/// The bars that a row does not meet, in words.
std::vector<std::string> misses(const Table& table, const Row& row);

/// Empty for a table without rows.
std::string markdown(const Table& table);
/// What a reader looks for first: geometric means of the ratios, and which bars are missed.
std::string summary(const std::vector<const Table*>& tables);

boost::json::object to_json(const Table& table);

}  // namespace bench
