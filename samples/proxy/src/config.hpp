// The list of backends: from the command line and from a file that may change while the program runs.
#pragma once

#include <filesystem>
#include <string>

#include <ferry/sync.hpp>
#include <ferry/task.hpp>

#include "app.hpp"

namespace proxy {

/// Publishes the list of backends whenever the file gives a new one.
class Config {
 public:
  Config(BackendList fixed, std::string path, ferry::sync::watch::Sender<BackendList> updates, Events events);

  /// Reads the file now. What is wrong with it is reported; a file that cannot be read changes nothing.
  ferry::Task<void> reload();

  /// Reads the file whenever it was changed. Never ends.
  ferry::Task<void> follow_file();

 private:
  BackendList fixed_;
  std::string path_;
  ferry::sync::watch::Sender<BackendList> updates_;
  Events events_;
  std::filesystem::file_time_type modified_{};
};

/// Keeps the pool up to date with what is published.
ferry::Task<void> follow_config(App& app, ferry::sync::watch::Receiver<BackendList> updates);

}  // namespace proxy
