#include "lsp/rpc.hpp"

#include <algorithm>

#include <llvm/Support/raw_ostream.h>

namespace ferry::rewriter::lsp {
namespace {

// LLVM's reader calls itself for each level.
constexpr unsigned kMaxDepth = 200;

bool is_too_deep(std::string_view text) {
  unsigned depth = 0;
  bool is_in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (is_in_string) {
      if (c == '\\') ++i;
      if (c == '"') is_in_string = false;
      continue;
    }
    if (c == '"') is_in_string = true;
    if ((c == '[' || c == '{') && ++depth > kMaxDepth) return true;
    if ((c == ']' || c == '}') && depth > 0) --depth;
  }
  return false;
}

Garbled garbled(json::Value id, ErrorCode code, std::string message) {
  return {.id = std::move(id), .failure = {.code = code, .message = std::move(message)}};
}

}  // namespace

std::variant<Call, Answer, Garbled> read_message(std::string_view body) {
  if (is_too_deep(body)) return garbled(nullptr, ErrorCode::ParseError, "the message is nested too deeply");
  llvm::Expected<json::Value> parsed = json::parse(body);
  if (!parsed) return garbled(nullptr, ErrorCode::ParseError, llvm::toString(parsed.takeError()));
  json::Object* message = parsed->getAsObject();
  if (message == nullptr) return garbled(nullptr, ErrorCode::InvalidRequest, "a message is one JSON object");
  std::optional<json::Value> id;
  if (json::Value* given = message->get("id")) {
    const bool is_id = given->getAsInteger() || given->getAsString();
    if (!is_id && given->kind() != json::Value::Null)
      return garbled(nullptr, ErrorCode::InvalidRequest, "an id is a number or a string");
    if (is_id) id = std::move(*given);
  }
  const auto version = message->getString("jsonrpc");
  if (version != llvm::StringRef("2.0"))
    return garbled(id.value_or(nullptr), ErrorCode::InvalidRequest, "the message is not of JSON-RPC 2.0");
  const auto method = message->getString("method");
  if (!method) {
    if (message->get("method") != nullptr || (!message->get("result") && !message->get("error")))
      return garbled(id.value_or(nullptr), ErrorCode::InvalidRequest, "the message has no method");
    Answer answer{.id = id.value_or(nullptr)};
    if (const json::Object* error = message->getObject("error"))
      answer.error = error->getString("message").value_or("unknown error").str();
    return answer;
  }
  Call call{.id = std::move(id), .method = method->str()};
  if (json::Value* params = message->get("params")) call.params = std::move(*params);
  return call;
}

json::Value response(json::Value id, json::Value result) {
  return json::Object{{"jsonrpc", "2.0"}, {"id", std::move(id)}, {"result", std::move(result)}};
}

json::Value response(json::Value id, const Failure& failure) {
  return json::Object{{"jsonrpc", "2.0"},
                      {"id", std::move(id)},
                      {"error", json::Object{{"code", static_cast<int>(failure.code)},
                                             {"message", json::fixUTF8(failure.message)}}}};
}

json::Value notification(std::string_view method, json::Value params) {
  return json::Object{{"jsonrpc", "2.0"}, {"method", llvm::StringRef(method)}, {"params", std::move(params)}};
}

json::Value request(std::int64_t id, std::string_view method, json::Value params) {
  return json::Object{
      {"jsonrpc", "2.0"}, {"id", id}, {"method", llvm::StringRef(method)}, {"params", std::move(params)}};
}

std::string to_text(const json::Value& message) {
  std::string text;
  llvm::raw_string_ostream(text) << message;
  return text;
}

}  // namespace ferry::rewriter::lsp
