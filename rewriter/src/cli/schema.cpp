#include "cli/schema.hpp"

#include <utility>

#include <llvm/Support/FormatVariadic.h>
#include <llvm/Support/JSON.h>

#include "discover/config.hpp"

namespace ferry::rewriter {
namespace {

using llvm::json::Array;
using llvm::json::Object;

Object one_value(ConfigKey::Type type) {
  switch (type) {
    case ConfigKey::Type::Number:
      return Object{{"type", "integer"}, {"minimum", 1}};
    case ConfigKey::Type::Flag:
      return Object{{"type", "boolean"}};
    case ConfigKey::Type::Rules:
      return Object{{"type", "object"},
                    {"additionalProperties", Object{{"enum", Array{"safe", "unsafe", "manual", "off"}}}}};
    default:
      return Object{{"type", "string"}, {"minLength", 1}};
  }
}

Object schema_of(const ConfigKey& key) {
  Object schema = one_value(key.type);
  if (key.is_list)
    schema = Object{
        {"anyOf", Array{one_value(key.type), Object{{"type", "array"}, {"items", one_value(key.type)}}}}};
  schema["description"] = llvm::StringRef(key.about);
  return schema;
}

}  // namespace

void print_schema(llvm::raw_ostream& out) {
  Object properties;
  for (const ConfigKey& key : config_keys()) properties[llvm::StringRef(key.name)] = schema_of(key);
  const llvm::json::Value schema = Object{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                                          {"title", "ferry's settings for a project: .ferry.yaml"},
                                          {"type", Array{"object", "null"}},
                                          {"additionalProperties", false},
                                          {"properties", std::move(properties)}};
  out << llvm::formatv("{0:2}\n", schema);
}

}  // namespace ferry::rewriter
