#include "cli/answers.hpp"

#include <llvm/ADT/StringRef.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/raw_ostream.h>

#include "support/files.hpp"

namespace ferry::rewriter {

Answers::Answers(const Tree& tree) : file_(tree.memory.empty() ? "" : tree.memory + "/answers") {
  llvm::StringRef rest;
  const auto text = file_.empty() ? std::nullopt : read_bytes(file_);
  if (text) rest = *text;
  while (!rest.empty()) {
    const auto [line, more] = rest.split('\n');
    rest = more;
    const auto [answer, place] = line.split(' ');
    if (answer == "y" || answer == "n") known_[place.str()] = answer == "y";
  }
}

std::optional<bool> Answers::find(const std::string& place) const {
  const auto known = known_.find(place);
  return known == known_.end() ? std::nullopt : std::optional(known->second);
}

void Answers::remember(const std::string& place, bool yes) {
  known_[place] = yes;
  if (file_.empty() || llvm::sys::fs::create_directories(llvm::sys::path::parent_path(file_))) return;
  std::error_code error;
  llvm::raw_fd_ostream out(file_, error, llvm::sys::fs::OF_Append);
  if (error) return;  // then it is asked again
  out << (yes ? "y " : "n ") << place << '\n';
  out.close();
  out.clear_error();
}

void Answers::clear() {
  known_.clear();
  if (!file_.empty()) (void)remove_file(file_);
}

}  // namespace ferry::rewriter
