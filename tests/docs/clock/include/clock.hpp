// A library that has moved on and cannot be edited.
#pragma once

namespace clk {

class Timer {
 public:
  void start(int milliseconds);
  int cancel();
  int cancel(int& error);
  void post(void (*handler)());
  bool is_running() const;
};

using Alarm = Timer;  // its old name

int now();
void post(Timer& timer, void (*handler)());
int cancel(Timer& timer);

}  // namespace clk
