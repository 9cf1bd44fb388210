// The part of patch.h that changes documents.
#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>
#include <vector>

#include "json/builder.h"
#include "json/patch.h"
#include "json/pointer.h"

namespace ephor::json {
namespace {

constexpr std::size_t kMaxOperations = 10'000;
constexpr std::size_t kMaxPadding = 10'000;
constexpr std::size_t kMaxDepth = 512;
constexpr std::size_t kMaxCopiedValues = 1'000'000;

struct Child;

// A value that can be changed. It stays the plain value it was until something in it changes, then it becomes
// a list of children of its own.
struct Node {
  Value value;
  std::unique_ptr<std::vector<Child>> children;
  bool is_array = false;  // of the children

  // Below, where Child is known.
  Node();
  explicit Node(const Value& v);
  Node(Node&&) noexcept;
  Node& operator=(Node&&) noexcept;
  ~Node();

  bool IsNull() const { return children == nullptr && value.is_null(); }
  bool IsArray() const { return children != nullptr ? is_array : value.is_array(); }
  bool IsObject() const { return children != nullptr ? !is_array : value.is_object(); }
  void Open();
};

struct Child {
  Key key;  // of an object's member
  Node node;
};

Node::Node() = default;
Node::Node(const Value& v) : value(v) {}
Node::Node(Node&&) noexcept = default;
Node& Node::operator=(Node&&) noexcept = default;
Node::~Node() = default;

void Node::Open() {
  if (children != nullptr) return;
  children = std::make_unique<std::vector<Child>>();
  children->reserve(value.size() + 1);
  is_array = value.is_array();
  if (is_array) {
    for (const Value& item : value.items()) children->push_back({Key(), Node(item)});
  } else if (value.is_object()) {
    for (const Member& member : value.members()) children->push_back({Key(member.key()), Node(member.value)});
  }
}

std::optional<Error> Ok() {
  return std::nullopt;
}

std::string Quoted(std::string_view text) {
  return "\"" + std::string(text) + "\"";
}

// strconv.Atoi with its error's text.
std::optional<std::string> Atoi(std::string_view text, std::int64_t& number) {
  std::string_view digits = text;
  if (digits.starts_with('+')) digits.remove_prefix(1);
  const bool valid_start = !digits.empty() && (digits[0] != '-' || digits.size() == text.size());
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool syntax =
      valid_start && parsed.ec != std::errc::invalid_argument && parsed.ptr == digits.data() + digits.size();
  if (syntax && parsed.ec == std::errc()) return std::nullopt;
  return "strconv.Atoi: parsing " + Quoted(text) + (syntax ? ": value out of range" : ": invalid syntax");
}

std::string InvalidIndex(std::int64_t index) {
  return "Unable to access invalid index: " + std::to_string(index) + ": invalid index referenced";
}

// Counts the values in a tree, up to a number of them and a depth.
bool Measure(const Value& value, std::size_t& budget, std::size_t depth) {
  if (budget == 0 || depth > kMaxDepth) return false;
  --budget;
  if (value.is_array()) {
    return std::all_of(value.items().begin(), value.items().end(),
                       [&](const Value& item) { return Measure(item, budget, depth + 1); });
  }
  if (value.is_object()) {
    return std::all_of(value.members().begin(), value.members().end(),
                       [&](const Member& member) { return Measure(member.value, budget, depth + 1); });
  }
  return true;
}

class Patcher {
 public:
  Patcher(const Value& document, Arena& arena, const PatchOptions& options)
      : root_(document), arena_(arena), options_(options) {}

  std::optional<Error> Apply(const Operation& operation) {
    switch (operation.op) {
      case PatchOp::kAdd:
        return Add(operation);
      case PatchOp::kRemove:
        return Remove(operation);
      case PatchOp::kReplace:
        return Replace(operation);
      case PatchOp::kMove:
        return Move(operation);
      case PatchOp::kCopy:
        return Copy(operation);
      case PatchOp::kTest:
        return Test(operation);
    }
    return Ok();
  }

  // Nothing where the result is too deep.
  std::optional<Value> Result() {
    Value value;
    if (!Freeze(root_, 0, value)) return std::nullopt;
    std::size_t budget = static_cast<std::size_t>(-1);
    if (!Measure(value, budget, 0)) return std::nullopt;
    return value;
  }

 private:
  // The container in which a path's last token stands, or nullptr; and that token.
  struct Place {
    Node* container = nullptr;
    std::string_view key;
  };

  static std::optional<Error> Failed(std::string message) {
    return Error(ErrorCode::kEvaluation, std::move(message));
  }

  std::vector<std::string_view> Tokens(std::string_view path) {
    std::vector<std::string_view> tokens;
    std::size_t slash = path.find('/');
    while (slash != std::string_view::npos) {
      const std::size_t begin = slash + 1;
      slash = path.find('/', begin);
      tokens.push_back(DecodeToken(path.substr(begin, slash - begin), arena_));
    }
    return tokens;
  }

  Place Find(std::string_view path) {
    const auto tokens = Tokens(path);
    if (!IsContainer(root_)) return {};
    if (tokens.empty()) return path.empty() ? Place{&root_, ""} : Place{};
    Node* container = &root_;
    for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
      if (tokens[i].empty()) continue;
      std::string error;
      container = Get(*container, tokens[i], error);
      if (container == nullptr || !IsContainer(*container)) return {};
    }
    return {container, tokens.back()};
  }

  static bool IsContainer(const Node& node) { return node.IsArray() || node.IsObject(); }

  static Child* Member(Node& object, std::string_view key) {
    const Key hashed(key);
    for (Child& child : *object.children) {
      if (child.key.hash == hashed.hash && child.key.text == key) return &child;
    }
    return nullptr;
  }

  // The container must be one (IsContainer), here and below. The child, or nullptr and what the library says.
  Node* Get(Node& container, std::string_view key, std::string& error) {
    container.Open();
    if (!container.is_array) {
      Child* const child = Member(container, key);
      if (child == nullptr) {
        error = "unable to get nonexistent key: " + std::string(key) + ": missing value";
        return nullptr;
      }
      return &child->node;
    }
    std::int64_t index = 0;
    if (auto syntax = Atoi(key, index)) {
      error = *std::move(syntax);
      return nullptr;
    }
    const auto size = static_cast<std::int64_t>(container.children->size());
    const std::int64_t asked = index;
    if (index < 0 && options_.support_negative_indices) index += size;
    if (index < 0 || index >= size) {
      error = InvalidIndex(asked);
      return nullptr;
    }
    return &(*container.children)[static_cast<std::size_t>(index)].node;
  }

  std::optional<std::string> AddTo(Node& container, std::string_view key, Node node) {
    container.Open();
    auto& children = *container.children;
    if (!container.is_array) {
      if (Child* const child = Member(container, key)) {
        child->node = std::move(node);
      } else {
        children.push_back({Key(key), std::move(node)});
      }
      return std::nullopt;
    }
    if (key == "-") {
      children.push_back({Key(), std::move(node)});
      return std::nullopt;
    }
    std::int64_t index = 0;
    if (const auto syntax = Atoi(key, index)) {
      return "value was not a proper array index: '" + std::string(key) + "': " + *syntax;
    }
    const auto places = static_cast<std::int64_t>(children.size()) + 1;
    const std::int64_t asked = index;
    if (index < 0 && options_.support_negative_indices) index += places;
    if (index < 0 || index >= places) return InvalidIndex(asked);
    children.insert(children.begin() + index, Child{Key(), std::move(node)});
    return std::nullopt;
  }

  std::optional<std::string> RemoveFrom(Node& container, std::string_view key) {
    container.Open();
    auto& children = *container.children;
    if (!container.is_array) {
      Child* const child = Member(container, key);
      if (child != nullptr) {
        children.erase(children.begin() + (child - children.data()));
      } else if (!options_.allow_missing_path_on_remove) {
        return "unable to remove nonexistent key: " + std::string(key) + ": missing value";
      }
      return std::nullopt;
    }
    std::int64_t index = 0;
    if (auto syntax = Atoi(key, index)) return syntax;
    const auto size = static_cast<std::int64_t>(children.size());
    const std::int64_t asked = index;
    if (index < 0) {
      if (!options_.support_negative_indices) return InvalidIndex(asked);
      index += size;
    }
    if (index < 0 || index >= size) {
      if (options_.allow_missing_path_on_remove) return std::nullopt;
      return InvalidIndex(asked);
    }
    children.erase(children.begin() + index);
    return std::nullopt;
  }

  std::optional<Error> Add(const Operation& operation) {
    const std::string path(operation.path);
    if (path.empty()) {
      if (!operation.value.is_array() && !operation.value.is_object()) {
        return Failed("add operation value must be object or array");
      }
      root_ = Node(operation.value);
      return Ok();
    }
    if (options_.ensure_path_exists_on_add) {
      if (auto error = EnsurePath(operation.path)) return Failed(*std::move(error));
    }
    const Place place = Find(operation.path);
    if (place.container == nullptr) {
      return Failed("add operation does not apply: doc is missing path: " + Quoted(path) + ": missing value");
    }
    if (const auto error = AddTo(*place.container, place.key, Node(operation.value))) {
      return Failed("error in add for path: '" + path + "': " + *error);
    }
    return Ok();
  }

  // Makes the containers above the path's last token.
  std::optional<std::string> EnsurePath(std::string_view path) {
    const auto tokens = Tokens(path);
    if (!IsContainer(root_)) return std::nullopt;
    if (tokens.size() > kMaxDepth) return "path is more than " + std::to_string(kMaxDepth) + " deep";
    Node* container = &root_;
    for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
      if (tokens[i].empty()) continue;
      std::string ignored;
      Node* next = Get(*container, tokens[i], ignored);
      if (next == nullptr || next->IsNull()) {
        if (auto error = PadTo(*container, tokens[i])) return error;
        Node made;
        if (auto error = NewContainer(tokens[i + 1], made)) return error;
        // A token that names no place in an array is reported when the place is looked for.
        if (next != nullptr) {
          *next = std::move(made);
        } else if (AddTo(*container, tokens[i], std::move(made))) {
          return std::nullopt;
        }
        next = container->is_array && tokens[i] == "-" ? &container->children->back().node
                                                       : Get(*container, tokens[i], ignored);
        if (next == nullptr) return std::nullopt;
      } else if (!IsContainer(*next)) {
        return "invalid state detected";
      }
      container = next;
    }
    return std::nullopt;
  }

  // Fills an array that is shorter than the index with nulls.
  static std::optional<std::string> PadTo(Node& container, std::string_view token) {
    std::int64_t index = 0;
    if (!container.is_array || Atoi(token, index)) return std::nullopt;
    if (index > static_cast<std::int64_t>(container.children->size() + kMaxPadding))
      return InvalidIndex(index);
    while (static_cast<std::int64_t>(container.children->size()) < index) container.children->emplace_back();
    return std::nullopt;
  }

  static std::optional<std::string> NewContainer(std::string_view next_token, Node& made) {
    std::int64_t index = 0;
    const bool is_index = !Atoi(next_token, index);
    if (!is_index && next_token != "-") {
      made = Node(Value::Object({}));
      return std::nullopt;
    }
    made = Node(Value::Array({}));
    made.Open();
    if (!is_index || index <= 0) {
      if (index < -1) {
        return "Unable to ensure path for negative index other than -1: " + std::to_string(index) +
               ": invalid index referenced";
      }
      return std::nullopt;
    }
    return PadTo(made, next_token);
  }

  std::optional<Error> Remove(const Operation& operation) {
    const std::string path(operation.path);
    const Place place = Find(operation.path);
    if (place.container == nullptr) {
      if (options_.allow_missing_path_on_remove) return Ok();
      return Failed("remove operation does not apply: doc is missing path: " + Quoted(path) +
                    ": missing value");
    }
    if (const auto error = RemoveFrom(*place.container, place.key)) {
      return Failed("error in remove for path: '" + path + "': " + *error);
    }
    return Ok();
  }

  std::optional<Error> Replace(const Operation& operation) {
    const std::string path(operation.path);
    if (path.empty()) {
      if (!operation.value.is_array() && !operation.value.is_object()) {
        return Failed("replace operation value must be object or array");
      }
      root_ = Node(operation.value);
      return Ok();
    }
    const Place place = Find(operation.path);
    if (place.container == nullptr) {
      return Failed("replace operation does not apply: doc is missing path: " + path + ": missing value");
    }
    std::string ignored;
    Node* const node = Get(*place.container, place.key, ignored);
    if (node == nullptr) {
      return Failed("replace operation does not apply: doc is missing key: " + path + ": missing value");
    }
    *node = Node(operation.value);
    return Ok();
  }

  std::optional<Error> Move(const Operation& operation) {
    const std::string from(operation.from), path(operation.path);
    if (from.empty()) return Failed("unable to move entire document to another path: invalid state detected");
    const Place source = Find(operation.from);
    if (source.container == nullptr) {
      return Failed("move operation does not apply: doc is missing from path: " + from + ": missing value");
    }
    std::string error;
    Node* const node = Get(*source.container, source.key, error);
    if (node == nullptr) return Failed("error in move for path: '" + std::string(source.key) + "': " + error);
    Node moved = std::move(*node);
    *node = Node();
    if (const auto failed = RemoveFrom(*source.container, source.key)) {
      return Failed("error in move for path: '" + std::string(source.key) + "': " + *failed);
    }
    const Place target = Find(operation.path);
    if (target.container == nullptr) {
      return Failed("move operation does not apply: doc is missing destination path: " + path +
                    ": missing value");
    }
    if (const auto failed = AddTo(*target.container, target.key, std::move(moved))) {
      return Failed("error in move for path: '" + path + "': " + *failed);
    }
    return Ok();
  }

  std::optional<Error> Copy(const Operation& operation) {
    const std::string from(operation.from), path(operation.path);
    const Place source = Find(operation.from);
    if (source.container == nullptr) {
      return Failed("copy operation does not apply: doc is missing from path: " + Quoted(from) +
                    ": missing value");
    }
    std::string error;
    Node* const node = from.empty() ? &root_ : Get(*source.container, source.key, error);
    if (node == nullptr) return Failed("error in copy for from: '" + from + "': " + error);
    Value copied;
    // Copies of copies grow without bound; so does their depth.
    if (!Freeze(*node, 0, copied) || !Measure(copied, copy_budget_, 0)) {
      return Failed("error while performing deep copy: the copies are too large or too deep");
    }
    const Place target = Find(operation.path);
    if (target.container == nullptr) {
      return Failed("copy operation does not apply: doc is missing destination path: " + path +
                    ": missing value");
    }
    if (const auto failed = AddTo(*target.container, target.key, Node(copied))) {
      return Failed("error while adding value during copy: " + *failed);
    }
    return Ok();
  }

  std::optional<Error> Test(const Operation& operation) {
    const std::string path(operation.path);
    const auto failed = [&path] { return Failed("testing value " + path + " failed: test failed"); };
    Node* node = &root_;
    if (!path.empty()) {
      const Place place = Find(operation.path);
      if (place.container == nullptr) {
        return Failed("test operation does not apply: is missing path: " + path + ": missing value");
      }
      std::string error;
      node = Get(*place.container, place.key, error);
      if (node == nullptr && !error.ends_with(": missing value")) {
        return Failed("error in test for path: '" + path + "': " + error);
      }
    }
    const bool absent = node == nullptr || node->IsNull();
    if (absent || operation.value.is_null()) return absent && operation.value.is_null() ? Ok() : failed();
    Value value;
    if (!Freeze(*node, 0, value) || !Equal(value, operation.value)) return failed();
    return Ok();
  }

  // The node as a value.
  bool Freeze(const Node& node, std::size_t depth, Value& value) {
    if (node.children == nullptr) {
      value = node.value;
      return true;
    }
    if (depth > kMaxDepth) return false;
    if (node.is_array) {
      const auto items = arena_.NewArray<Value>(node.children->size());
      for (std::size_t i = 0; i < items.size(); ++i) {
        if (!Freeze((*node.children)[i].node, depth + 1, items[i])) return false;
      }
      value = Value::Array(items);
      return true;
    }
    ObjectBuilder object(arena_, node.children->size());
    for (const Child& child : *node.children) {
      Value member;
      if (!Freeze(child.node, depth + 1, member)) return false;
      object.Set(child.key, member);
    }
    value = object.Build();
    return true;
  }

  Node root_;
  Arena& arena_;
  const PatchOptions& options_;
  std::size_t copy_budget_ = kMaxCopiedValues;
};

}  // namespace

Result<Value> ApplyPatch(const Value& document, std::span<const Operation> patch, Arena& arena,
                         const PatchOptions& options) {
  if (patch.size() > kMaxOperations) {
    return Fail(ErrorCode::kEvaluation,
                "a patch of " + std::to_string(patch.size()) + " operations; at most 10000 are allowed");
  }
  Patcher patcher(document, arena, options);
  for (const Operation& operation : patch) {
    if (auto error = patcher.Apply(operation)) return std::unexpected(*std::move(error));
  }
  const auto result = patcher.Result();
  if (!result) {
    return Fail(ErrorCode::kEvaluation,
                "the patched object is nested more than " + std::to_string(kMaxDepth) + " deep");
  }
  return *result;
}

}  // namespace ephor::json
