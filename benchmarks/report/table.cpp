#include "report/table.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace bench {
namespace {

namespace json = boost::json;

/// Between the nearest two samples: a quarter is the first quartile, a half the median.
double quantile(std::vector<double> samples, double fraction) {
  std::ranges::sort(samples);
  const double at = fraction * static_cast<double>(samples.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, samples.size() - 1);
  return std::lerp(samples[below], samples[above], at - static_cast<double>(below));
}

std::optional<double> quantile_of(const Row& row, const std::string& peer, double fraction) {
  const auto found = row.samples.find(peer);
  return found == row.samples.end() ? std::nullopt : std::optional(quantile(found->second, fraction));
}

std::optional<double> median_of(const Row& row, const std::string& peer) {
  return quantile_of(row, peer, 0.5);
}

std::optional<double> best_of(const Table& table, const Row& row, const Baseline& baseline,
                              double fraction = 0.5) {
  std::optional<double> best;
  for (const std::string& peer : baseline.peers) {
    const auto value = quantile_of(row, peer, fraction);
    if (!value) continue;
    best = !best ? *value : table.is_more_better ? std::max(*best, *value) : std::min(*best, *value);
  }
  return best;
}

/// How ours compares with the baseline: below 1 is in our favour.
std::optional<double> ratio(const Table& table, const Row& row, const Baseline& baseline) {
  const auto ours = median_of(row, table.peers[0]);
  const auto theirs = best_of(table, row, baseline);
  if (!ours || !theirs) return std::nullopt;
  return table.is_more_better ? *theirs / *ours : *ours / *theirs;
}

std::string number(std::optional<double> value) {
  if (!value) return "–";
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(),
                *value < 0.1   ? "%.3f"
                : *value < 10  ? "%.2f"
                : *value < 100 ? "%.1f"
                               : "%.0f",
                *value);
  return text.data();
}

std::string with_quartiles(const Row& row, const std::string& peer) {
  const std::string text = number(median_of(row, peer));
  const auto found = row.samples.find(peer);
  if (found == row.samples.end() || found->second.size() < 3) return text;
  return text + " (" + number(quantile_of(row, peer, 0.25)) + "–" + number(quantile_of(row, peer, 0.75)) +
         ")";
}

/// Whether what the rounds of both have in common is too much to tell them apart. Less is better.
bool is_within_noise(const Table& table, const Row& row, const Baseline& baseline, double bar) {
  const auto ours = quantile_of(row, table.peers[0], 0.25);
  const auto theirs = best_of(table, row, baseline, 0.75);
  return ours && theirs && *ours <= bar * *theirs;
}

bool has_bar(const Row& row) { return !row.bars.empty() || row.most; }

std::string verdict(const Table& table, const Row& row) {
  if (!has_bar(row) || !median_of(row, table.peers[0])) return "–";
  std::string text;
  for (const std::string& miss : misses(table, row)) text += (text.empty() ? "**missed**: " : ", ") + miss;
  return text.empty() ? "met" : text;
}

}  // namespace

Row& Table::row(const std::string& workload, const std::string& threads) {
  for (Row& row : rows) {
    if (row.workload == workload && row.threads == threads) return row;
  }
  return rows.emplace_back(Row{workload, threads});
}

std::vector<Baseline> each_other(const std::vector<std::string>& peers) {
  std::vector<Baseline> baselines;
  for (std::size_t i = 1; i < peers.size(); ++i) baselines.push_back({peers[i], {peers[i]}});
  return baselines;
}

std::vector<std::string> misses(const Table& table, const Row& row) {
  std::vector<std::string> missed;
  for (const Baseline& baseline : table.baselines) {
    const auto bar = row.bars.find(baseline.name);
    const auto value = ratio(table, row, baseline);
    if (bar == row.bars.end() || !value || *value <= bar->second) continue;
    if (row.is_noisy && is_within_noise(table, row, baseline, bar->second)) continue;
    missed.push_back(number(value) + " of " + baseline.name + " > " + number(bar->second));
  }
  const auto ours = median_of(row, table.peers[0]);
  if (ours && row.most && *ours > *row.most) missed.push_back(number(ours) + " > " + number(row.most));
  return missed;
}

std::string markdown(const Table& table) {
  if (table.rows.empty()) return {};
  const bool has_bars = std::ranges::any_of(table.rows, has_bar);
  std::string text = "\n## " + table.title + "\n\n" + table.unit + "; medians of the rounds" +
                     (table.shows_quartiles ? " (quartiles)" : "") + "." +
                     (table.baselines.empty() ? "" : " Ratios below 1 are in ferry's favour.") + "\n\n";
  std::string header = "| workload | threads |";
  std::string rule = "| --- | --- |";
  const auto column = [&](const std::string& title, const char* alignment) {
    header += " " + title + " |";
    rule += std::string(" ") + alignment + " |";
  };
  for (const std::string& peer : table.peers) column(peer, "---:");
  for (const Baseline& baseline : table.baselines) {
    const std::string& ours = table.peers[0];
    column(table.is_more_better ? baseline.name + " / " + ours : ours + " / " + baseline.name, "---:");
  }
  if (has_bars) column("bars", "---");
  text += header + "\n" + rule + "\n";
  for (const Row& row : table.rows) {
    text += "| " + row.workload + " | " + row.threads + " |";
    for (const std::string& peer : table.peers)
      text += " " + (table.shows_quartiles ? with_quartiles(row, peer) : number(median_of(row, peer))) + " |";
    for (const Baseline& baseline : table.baselines) text += " " + number(ratio(table, row, baseline)) + " |";
    if (has_bars) text += " " + verdict(table, row) + " |";
    text += "\n";
  }
  return text;
}

std::string summary(const std::vector<const Table*>& tables) {
  std::string means;
  std::string missed;
  std::size_t with_bars = 0;
  std::size_t missing = 0;
  for (const Table* table : tables) {
    for (const Baseline& baseline : table->baselines) {
      double logarithms = 0;
      int count = 0;
      for (const Row& row : table->rows) {
        const auto value = ratio(*table, row, baseline);
        if (!value) continue;
        logarithms += std::log(*value);
        ++count;
      }
      if (count == 0) continue;
      means +=
          "| " + table->title + " | " + baseline.name + " | " + number(std::exp(logarithms / count)) + " |\n";
    }
    for (const Row& row : table->rows) {
      if (!has_bar(row)) continue;
      ++with_bars;
      const auto bars = misses(*table, row);
      if (bars.empty()) continue;
      ++missing;
      missed +=
          "- `" + row.workload + "`, " + row.threads + (row.threads == "1" ? " thread: " : " threads: ");
      for (const std::string& bar : bars) missed += (&bar == &bars[0] ? "" : ", ") + bar;
      missed += "\n";
    }
  }
  std::string text =
      "\n## Summary\n\nGeometric means of the ratios above.\n\n| | compared with | ratio |\n| --- | --- | "
      "---: |\n" +
      means;
  if (with_bars > 0) {
    text += "\n" + std::to_string(with_bars - missing) + " of " + std::to_string(with_bars) +
            " rows meet their bars";
    text += missed.empty() ? ".\n" : "; these do not:\n\n" + missed;
  }
  return text;
}

json::object to_json(const Table& table) {
  json::array rows;
  for (const Row& row : table.rows) {
    json::object peers;
    for (const auto& [peer, samples] : row.samples) {
      peers[peer] = {
          {"quartiles", {quantile(samples, 0.25), quantile(samples, 0.5), quantile(samples, 0.75)}},
          {"samples", json::value_from(samples)}};
    }
    json::object entry{{"workload", row.workload}, {"threads", row.threads}, {"peers", std::move(peers)}};
    if (has_bar(row)) entry["misses"] = json::value_from(misses(table, row));
    rows.push_back(std::move(entry));
  }
  return {{"title", table.title}, {"unit", table.unit}, {"rows", std::move(rows)}};
}

}  // namespace bench
