// progress: how far a long run has come, on a stream that nothing else is read from.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include <llvm/Support/raw_ostream.h>

namespace ferry::rewriter {

/// Counts translation units while they are worked on.
///
/// A terminal gets a bar that is drawn over itself and goes away at the end. Anything else gets a line now
/// and then, so a log of a short run has none.
///
/// Thread safety: all members are called from one thread.
class Progress {
 public:
  enum class Style { None, Lines, Bar };

  struct Options {
    Style style = Style::None;
    bool is_wanted = false;    ///< asked for: more lines, and how long it took even if that was short
    std::size_t columns = 80;  ///< of the terminal
    std::function<double()>
        now{};  ///< seconds since any fixed moment; the steady clock unless a test says otherwise
  };

  Progress(llvm::raw_ostream& out, Options options);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Begins to count up to `total`, after what was counted before, if anything.
  void begin(std::size_t total, std::string_view what);
  /// Counts `done` more.
  void advance(std::size_t done = 1);
  /// Takes the bar away and says how long it took. To be called before anything else is printed.
  void end();

 private:
  void draw(double now);
  std::string line(double now) const;

  llvm::raw_ostream& out_;
  Options options_;
  std::string what_;
  std::size_t total_ = 0;
  std::size_t done_ = 0;
  double began_ = 0;
  double drawn_ = 0;       // when something was last printed
  bool is_drawn_ = false;  // anything of this count
  bool is_open_ = false;
};

/// The style that `when` (auto, always or never) asks for.
Progress::Style progress_style(std::string_view when, bool is_terminal);

}  // namespace ferry::rewriter
