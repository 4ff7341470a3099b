#include <clock.hpp>

void ring();

int main() {
  clk::Alarm alarm;
  alarm.start(10);
  alarm.post(ring);
  int error = 0;
  alarm.cancel(error);
  return alarm.cancel(error) + error;
}
