#include "report/progress.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>
#include <utility>

#include <llvm/Support/FormatVariadic.h>

namespace ferry::rewriter {
namespace {

constexpr double kBarInterval = 0.1;  // seconds
constexpr double kLineInterval = 60;
constexpr double kWantedLineInterval = 5;
constexpr std::size_t kBarWidth = 24;

double steady_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// "0:07", "1:02:03"
std::string clock_time(double seconds) {
  const auto all = static_cast<long>(std::lround(std::min(seconds, 359999.0)));
  if (all < 3600) return llvm::formatv("{0}:{1:02}", all / 60, all % 60).str();
  return llvm::formatv("{0}:{1:02}:{2:02}", all / 3600, all / 60 % 60, all % 60).str();
}

}  // namespace

Progress::Progress(llvm::raw_ostream& out, Options options) : out_(out), options_(std::move(options)) {
  if (!options_.now) options_.now = steady_seconds;
}

Progress::~Progress() { end(); }

void Progress::begin(std::size_t total, std::string_view what) {
  end();
  what_ = what;
  total_ = total;
  done_ = 0;
  began_ = drawn_ = options_.now();
  is_drawn_ = false;
  is_open_ = true;
}

void Progress::advance(std::size_t done) {
  if (!is_open_ || options_.style == Style::None) return;
  done_ = std::min(done_ + done, total_);
  const double now = options_.now();
  const double interval = options_.style == Style::Bar ? kBarInterval
                          : options_.is_wanted         ? kWantedLineInterval
                                                       : kLineInterval;
  if (now - drawn_ >= interval && done_ < total_) draw(now);
}

std::string Progress::line(double now) const {
  const double elapsed = std::max(now - began_, 1e-3);
  const double rate = static_cast<double>(done_) / elapsed;
  std::string text = llvm::formatv("{0}/{1} {2}, {3:F1}/s", done_, total_, what_, rate).str();
  if (done_ > 0 && done_ < total_)
    text += ", " + clock_time(static_cast<double>(total_ - done_) / rate) + " left";
  return text;
}

void Progress::draw(double now) {
  drawn_ = now;
  is_drawn_ = true;
  const std::string text = line(now);
  if (options_.style == Style::Lines) {
    out_ << "ferry: " << text << '\n';
  } else {
    const std::size_t filled = total_ == 0 ? kBarWidth : done_ * kBarWidth / total_;
    const std::string bar = "[" + std::string(filled, '#') + std::string(kBarWidth - filled, '.') + "] ";
    // A line that wraps could not be drawn over.
    out_ << '\r' << (bar + text).substr(0, options_.columns - 1) << "\x1b[K";
  }
  out_.flush();
}

void Progress::end() {
  if (!std::exchange(is_open_, false) || options_.style == Style::None) return;
  const double elapsed = options_.now() - began_;
  if (options_.style == Style::Bar && is_drawn_) out_ << "\r\x1b[K";
  if (is_drawn_ || options_.is_wanted)
    out_ << llvm::formatv("ferry: {0} {1} in {2:F2} s\n", done_, what_, elapsed);
  out_.flush();
}

Progress::Style progress_style(std::string_view when, bool is_terminal) {
  if (when == "never") return Progress::Style::None;
  return is_terminal ? Progress::Style::Bar : Progress::Style::Lines;
}

}  // namespace ferry::rewriter
