#include "report/burn_down.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

#include <llvm/Support/FormatVariadic.h>
#include <llvm/Support/raw_ostream.h>

namespace ferry::rewriter {
namespace {

constexpr double kWidth = 960;
constexpr double kHeight = 300;
constexpr double kLeft = 56;
constexpr double kRight = 24;
constexpr double kTop = 16;
constexpr double kBottom = 28;

std::size_t largest(const Measure& measure) {
  return std::max(measure.mentions.value_or(0), measure.findings ? measure.findings->total() : 0);
}

// 1, 2 or 5 times a power of ten, at most five of which reach `most`.
std::size_t step_of(std::size_t most) {
  for (std::size_t power = 1;; power *= 10)
    for (const std::size_t factor : {1, 2, 5})
      if (power * factor * 5 >= most) return power * factor;
}

using Days = std::chrono::sys_days;

Days day_of(std::int64_t time) {
  return std::chrono::floor<std::chrono::days>(std::chrono::sys_seconds(std::chrono::seconds(time)));
}

std::int64_t seconds_of(Days day) { return std::chrono::sys_seconds(day).time_since_epoch().count(); }

struct Tick {
  std::int64_t time = 0;
  std::string label;
};

// The beginnings of years, quarters, months or days: the finest of which there are not too many.
std::vector<Tick> ticks(std::int64_t first, std::int64_t last) {
  using namespace std::chrono;
  constexpr std::size_t kMost = 9;
  for (const int months : {1, 3, 6, 12, 24, 60, 120}) {
    std::vector<Tick> found;
    year_month at(year_month_day(day_of(first)).year(), January);
    for (; seconds_of(Days(at / 1)) <= last; at += std::chrono::months(months))
      if (const std::int64_t time = seconds_of(Days(at / 1)); time >= first)
        found.push_back(
            {time, llvm::formatv(months >= 12 ? "{0}" : "{0}-{1,0+2}", static_cast<int>(at.year()),
                                 static_cast<unsigned>(at.month()))});
    if (found.size() < 2 && months == 1) break;
    if (found.size() <= kMost) return found;
  }
  std::vector<Tick> found;
  const auto days = (day_of(last) - day_of(first)).count();
  const auto step = std::max<decltype(days)>(1, days / 7);
  for (Days at = day_of(first) + std::chrono::days(1); seconds_of(at) <= last; at += std::chrono::days(step))
    found.push_back({seconds_of(at), date_of(seconds_of(at))});
  return found;
}

class Chart {
 public:
  explicit Chart(const std::vector<Measure>& history) : history_(history), out_(text_) {
    first_ = history.front().time;
    last_ = std::max(history.back().time, first_ + 1);
    for (const Measure& measure : history) most_ = std::max(most_, largest(measure));
    step_ = step_of(most_);
    most_ = (most_ + step_ - 1) / step_ * step_;
  }

  std::string draw() {
    out_ << llvm::formatv("<svg viewBox=\"0 0 {0} {1}\" role=\"img\" aria-labelledby=\"burn-down\">\n",
                          kWidth, kHeight)
         << "<title id=\"burn-down\">What was left, from " << date_of(first_) << " to " << date_of(last_)
         << "</title>\n";
    draw_axes();
    draw_mentions();
    draw_records();
    out_ << "</svg>\n";
    return std::move(text_);
  }

 private:
  double x(std::int64_t time) const {
    return kLeft + (kWidth - kLeft - kRight) * static_cast<double>(time - first_) /
                       static_cast<double>(last_ - first_);
  }
  double y(std::size_t count) const {
    return kHeight - kBottom -
           (kHeight - kTop - kBottom) * static_cast<double>(count) / static_cast<double>(most_);
  }
  static std::string number(double value) { return llvm::formatv("{0:f1}", value); }

  void draw_axes() {
    for (std::size_t count = 0; count <= most_; count += step_)
      out_ << "<line class=\"" << (count == 0 ? "axis" : "grid") << "\" x1=\"" << number(kLeft) << "\" x2=\""
           << number(kWidth - kRight) << "\" y1=\"" << number(y(count)) << "\" y2=\"" << number(y(count))
           << "\"/>"
           << "<text class=\"note\" text-anchor=\"end\" x=\"" << number(kLeft - 8) << "\" y=\""
           << number(y(count) + 4) << "\">" << count << "</text>\n";
    for (const Tick& tick : ticks(first_, last_))
      out_ << "<line class=\"axis\" x1=\"" << number(x(tick.time)) << "\" x2=\"" << number(x(tick.time))
           << "\" y1=\"" << number(kHeight - kBottom) << "\" y2=\"" << number(kHeight - kBottom + 5)
           << "\"/><text class=\"note\" text-anchor=\"middle\" x=\"" << number(x(tick.time)) << "\" y=\""
           << number(kHeight - 8) << "\">" << tick.label << "</text>\n";
  }

  // Between two revisions nothing is known: the line holds until the later one.
  void draw_mentions() {
    std::string line;
    double from = 0;
    for (const Measure& measure : history_) {
      if (!measure.mentions) continue;
      if (line.empty()) {
        from = x(measure.time);
        line = "M" + number(from) + " " + number(y(*measure.mentions));
      } else {
        line += "H" + number(x(measure.time)) + "V" + number(y(*measure.mentions));
      }
    }
    if (line.empty()) return;
    out_ << "<path class=\"area\" d=\"" << line << "V" << number(y(0)) << "H" << number(from) << "Z\"/>\n"
         << "<path class=\"line\" d=\"" << line << "\"/>\n";
    for (const Measure& measure : history_)
      if (measure.mentions)
        out_ << "<circle class=\"point\" r=\"6\" cx=\"" << number(x(measure.time)) << "\" cy=\""
             << number(y(*measure.mentions)) << "\"><title>" << date_of(measure.time) << ", "
             << measure.commit.substr(0, 10) << ": " << *measure.mentions << " mentions</title></circle>\n";
  }

  void draw_records() {
    for (const Measure& measure : history_)
      if (measure.findings)
        out_ << "<circle class=\"record\" r=\"4\" cx=\"" << number(x(measure.time)) << "\" cy=\""
             << number(y(measure.findings->total())) << "\"><title>" << date_of(measure.time) << ", "
             << measure.commit.substr(0, 10) << ": " << measure.findings->total()
             << " old call sites</title></circle>\n";
  }

  const std::vector<Measure>& history_;
  std::int64_t first_ = 0;
  std::int64_t last_ = 0;
  std::size_t most_ = 1;
  std::size_t step_ = 1;
  std::string text_;
  llvm::raw_string_ostream out_;
};

}  // namespace

std::string burn_down(const std::vector<Measure>& history) {
  return history.size() < 2 ? std::string() : Chart(history).draw();
}

std::string date_of(std::int64_t time) {
  const std::chrono::year_month_day day(day_of(time));
  return llvm::formatv("{0}-{1,0+2}-{2,0+2}", static_cast<int>(day.year()),
                       static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
}

}  // namespace ferry::rewriter
