#include "apply/journal.hpp"

#include <unistd.h>

#include <llvm/Support/FileSystem.h>
#include <llvm/Support/JSON.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/raw_ostream.h>

namespace ferry::rewriter {

std::string journal_path(const std::string& root) { return root + "/.ferry-journal"; }

std::optional<std::string> read_bytes(const std::string& path) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer) return std::nullopt;
  return (*buffer)->getBuffer().str();
}

std::error_code write_durably(const std::string& path, std::string_view content, bool must_be_new) {
  int descriptor = -1;
  if (const auto error = llvm::sys::fs::openFileForWrite(
          path, descriptor, must_be_new ? llvm::sys::fs::CD_CreateNew : llvm::sys::fs::CD_CreateAlways))
    return error;
  llvm::raw_fd_ostream out(descriptor, /*shouldClose=*/true);
  out << content;
  out.flush();
  std::error_code error = out.error();
  if (!error && ::fsync(descriptor) != 0) error = std::error_code(errno, std::generic_category());
  out.clear_error();
  return error;
}

std::error_code write_journal(const std::string& root, const Journal& journal) {
  llvm::json::Array files;
  for (const JournalEntry& entry : journal.entries)
    files.push_back(llvm::json::Object{
        {"temporary", entry.temporary}, {"target", entry.target}, {"before", entry.before}});
  std::string text;
  llvm::raw_string_ostream(text) << llvm::json::Value(
      llvm::json::Object{{"version", 1}, {"complete", journal.is_complete}, {"files", std::move(files)}});
  const std::string path = journal_path(root);
  if (!journal.is_complete) return write_durably(path, text, /*must_be_new=*/true);
  if (const auto error = write_durably(path + ".new", text, /*must_be_new=*/false)) return error;
  return llvm::sys::fs::rename(path + ".new", path);
}

std::optional<Journal> read_journal(const std::string& root) {
  const auto text = read_bytes(journal_path(root));
  if (!text) return std::nullopt;
  Journal journal;
  llvm::Expected<llvm::json::Value> value = llvm::json::parse(*text);
  if (!value) {
    llvm::consumeError(value.takeError());
    return journal;
  }
  const llvm::json::Object* object = value->getAsObject();
  const llvm::json::Array* files = object == nullptr ? nullptr : object->getArray("files");
  if (files == nullptr) return journal;
  journal.is_complete = object->getBoolean("complete").value_or(false);
  for (const llvm::json::Value& file : *files)
    if (const llvm::json::Object* entry = file.getAsObject())
      journal.entries.push_back({.temporary = entry->getString("temporary").value_or("").str(),
                                 .target = entry->getString("target").value_or("").str(),
                                 .before = entry->getString("before").value_or("").str()});
  return journal;
}

}  // namespace ferry::rewriter
