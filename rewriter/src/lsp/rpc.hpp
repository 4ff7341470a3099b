// rpc: JSON-RPC, as far as the protocol of language servers uses it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <llvm/Support/JSON.h>

namespace ferry::rewriter::lsp {

namespace json = llvm::json;

/// The protocol's numbers for what can go wrong.
enum class ErrorCode : int {
  ParseError = -32700,
  InvalidRequest = -32600,
  MethodNotFound = -32601,
  InvalidParams = -32602,
  ServerNotInitialized = -32002,
  RequestFailed = -32803,
  RequestCancelled = -32800,
  ContentModified = -32801,
};

struct Failure {
  ErrorCode code = ErrorCode::InvalidRequest;
  std::string message;
};

/// What the client asks for or tells.
struct Call {
  std::optional<json::Value> id;  ///< a number or a string; empty: no answer is expected
  std::string method;
  json::Value params = nullptr;
};

/// The client's answer to a request of ours.
struct Answer {
  json::Value id = nullptr;
  std::string error;  ///< empty when it has none
};

/// A message that is none, with the id to answer to; null where that cannot be read.
struct Garbled {
  json::Value id = nullptr;
  Failure failure;
};

/// Reads one message.
std::variant<Call, Answer, Garbled> read_message(std::string_view body);

json::Value response(json::Value id, json::Value result);
json::Value response(json::Value id, const Failure& failure);
json::Value notification(std::string_view method, json::Value params);
json::Value request(std::int64_t id, std::string_view method, json::Value params);

/// A message as text. What is no UTF-8 in it, such as a file's line in another encoding, is replaced.
std::string to_text(const json::Value& message);

}  // namespace ferry::rewriter::lsp
