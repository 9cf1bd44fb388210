// The part of patch.h that changes documents.
#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <optional>
#include <string>

#include "json/builder.h"
#include "json/patch.h"
#include "json/pointer.h"

namespace ephor::json {
namespace {

// What the error of a test that does not hold begins and ends with; no other error begins so.
constexpr std::string_view kTesting = "testing value ", kTestFailed = " failed: test failed";

constexpr std::size_t kMaxOperations = 10'000;
constexpr std::size_t kMaxPadding = 10'000;
constexpr std::size_t kMaxDepth = 512;
constexpr std::size_t kMaxCopiedValues = 1'000'000;

struct Child;

// The children of a changed value, in the patcher's arena.
class Children {
 public:
  explicit Children(std::size_t capacity, Arena& arena);

  std::size_t size() const { return size_; }
  Child* begin() const { return data_; }
  Child* end() const;
  Child& operator[](std::size_t i) const;
  void Insert(std::size_t at, const Child& child);
  void Add(const Child& child) { Insert(size_, child); }
  void Remove(std::size_t at);

 private:
  Arena& arena_;
  Child* data_;
  std::size_t size_ = 0, capacity_;
};

// A value that can be changed. It stays the plain value it was until something in it changes, then it becomes
// a list of children of its own.
struct Node {
  Value value;
  Children* children = nullptr;
  bool is_array = false;  // of the children
  bool is_new = false;    // it did not stand here before, so its depth must be looked at

  bool IsNull() const { return children == nullptr && value.is_null(); }
  bool IsArray() const { return children != nullptr ? is_array : value.is_array(); }
  bool IsObject() const { return children != nullptr ? !is_array : value.is_object(); }
  void Open(Arena& arena);
};

struct Child {
  Key key;  // of an object's member
  Node node;
};

Children::Children(std::size_t capacity, Arena& arena)
    : arena_(arena), data_(arena.NewArray<Child>(capacity).data()), capacity_(capacity) {}

Child* Children::end() const {
  return data_ + size_;
}

Child& Children::operator[](std::size_t i) const {
  return data_[i];
}

void Children::Insert(std::size_t at, const Child& child) {
  if (size_ == capacity_) {
    capacity_ = 2 * capacity_ + 4;
    Child* const larger = arena_.NewArray<Child>(capacity_).data();
    std::copy_n(data_, size_, larger);
    data_ = larger;
  }
  std::copy_backward(data_ + at, data_ + size_, data_ + size_ + 1);
  data_[at] = child;
  ++size_;
}

void Children::Remove(std::size_t at) {
  std::copy(data_ + at + 1, data_ + size_, data_ + at);
  --size_;
}

Node NewNode(const Value& value) {
  return {.value = value, .is_new = true};
}

void Node::Open(Arena& arena) {
  if (children != nullptr) return;
  children = arena.New<Children>(value.size() + 1, arena);
  is_array = value.is_array();
  if (is_array) {
    for (const Value& item : value.items()) children->Add({Key(), {.value = item}});
  } else if (value.is_object()) {
    for (const Member& member : value.members()) {
      Child child{{}, {.value = member.value}};
      child.key.text = member.key();
      child.key.hash = member.hash;
      children->Add(child);
    }
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
      : root_{.value = document}, arena_(arena), options_(options) {}

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
    if (!Freeze(root_, 0, false, value)) return std::nullopt;
    return value;
  }

 private:
  // The container in which a path's last token stands, or nullptr; and that token.
  struct Place {
    Node* container = nullptr;
    std::string_view key;
  };

  static std::optional<Error> Failed(std::initializer_list<std::string_view> parts) {
    std::string message;
    for (const std::string_view part : parts) message += part;
    return Error(ErrorCode::kEvaluation, std::move(message));
  }

  ArenaVector<std::string_view> Tokens(std::string_view path) {
    ArenaVector<std::string_view> tokens(arena_);
    std::size_t slash = path.find('/');
    while (slash != std::string_view::npos) {
      const std::size_t begin = slash + 1;
      slash = path.find('/', begin);
      tokens.push_back(DecodeToken(path.substr(begin, slash - begin), arena_));
    }
    return tokens;
  }

  Place Find(std::string_view path) {
    auto tokens = Tokens(path);
    if (!IsContainer(root_)) return {};
    if (tokens.empty()) return path.empty() ? Place{&root_, ""} : Place{};
    Node* container = &root_;
    for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
      if (tokens[i].empty()) continue;
      container = Get(*container, tokens[i], nullptr);
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
  Node* Get(Node& container, std::string_view key, std::string* error) {
    container.Open(arena_);
    if (!container.is_array) {
      Child* const child = Member(container, key);
      if (child == nullptr) {
        if (error != nullptr)
          *error = "unable to get nonexistent key: " + std::string(key) + ": missing value";
        return nullptr;
      }
      return &child->node;
    }
    std::int64_t index = 0;
    if (auto syntax = Atoi(key, index)) {
      if (error != nullptr) *error = *std::move(syntax);
      return nullptr;
    }
    const auto size = static_cast<std::int64_t>(container.children->size());
    const std::int64_t asked = index;
    if (index < 0 && options_.support_negative_indices) index += size;
    if (index < 0 || index >= size) {
      if (error != nullptr) *error = InvalidIndex(asked);
      return nullptr;
    }
    return &(*container.children)[static_cast<std::size_t>(index)].node;
  }

  std::optional<std::string> AddTo(Node& container, std::string_view key, const Node& node) {
    container.Open(arena_);
    auto& children = *container.children;
    if (!container.is_array) {
      if (Child* const child = Member(container, key)) {
        child->node = node;
      } else {
        children.Add({Key(key), node});
      }
      return std::nullopt;
    }
    if (key == "-") {
      children.Add({Key(), node});
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
    children.Insert(static_cast<std::size_t>(index), {Key(), node});
    return std::nullopt;
  }

  std::optional<std::string> RemoveFrom(Node& container, std::string_view key) {
    container.Open(arena_);
    auto& children = *container.children;
    if (!container.is_array) {
      Child* const child = Member(container, key);
      if (child != nullptr) {
        children.Remove(static_cast<std::size_t>(child - children.begin()));
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
    children.Remove(static_cast<std::size_t>(index));
    return std::nullopt;
  }

  std::optional<Error> Add(const Operation& operation) {
    const std::string_view path = operation.path;
    if (path.empty()) {
      if (!operation.value.is_array() && !operation.value.is_object()) {
        return Failed({"add operation value must be object or array"});
      }
      root_ = NewNode(operation.value);
      return Ok();
    }
    if (options_.ensure_path_exists_on_add) {
      if (auto error = EnsurePath(operation.path)) return Failed({*error});
    }
    const Place place = Find(operation.path);
    if (place.container == nullptr) {
      return Failed({"add operation does not apply: doc is missing path: ", Quoted(path), ": missing value"});
    }
    if (const auto error = AddTo(*place.container, place.key, NewNode(operation.value))) {
      return Failed({"error in add for path: '", path, "': ", *error});
    }
    return Ok();
  }

  // Makes the containers above the path's last token.
  std::optional<std::string> EnsurePath(std::string_view path) {
    auto tokens = Tokens(path);
    if (!IsContainer(root_)) return std::nullopt;
    if (tokens.size() > kMaxDepth) return "path is more than " + std::to_string(kMaxDepth) + " deep";
    Node* container = &root_;
    for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
      if (tokens[i].empty()) continue;
      Node* next = Get(*container, tokens[i], nullptr);
      if (next == nullptr || next->IsNull()) {
        if (auto error = PadTo(*container, tokens[i])) return error;
        Node made;
        if (auto error = NewContainer(tokens[i + 1], made)) return error;
        // A token that names no place in an array is reported when the place is looked for.
        if (next != nullptr) {
          *next = made;
        } else if (AddTo(*container, tokens[i], made)) {
          return std::nullopt;
        }
        next = container->is_array && tokens[i] == "-"
                   ? &(*container->children)[container->children->size() - 1].node
                   : Get(*container, tokens[i], nullptr);
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
    while (static_cast<std::int64_t>(container.children->size()) < index) container.children->Add({});
    return std::nullopt;
  }

  std::optional<std::string> NewContainer(std::string_view next_token, Node& made) {
    std::int64_t index = 0;
    const bool is_index = !Atoi(next_token, index);
    if (!is_index && next_token != "-") {
      made = NewNode(Value::Object({}));
      return std::nullopt;
    }
    made = NewNode(Value::Array({}));
    made.Open(arena_);
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
    const std::string_view path = operation.path;
    const Place place = Find(operation.path);
    if (place.container == nullptr) {
      if (options_.allow_missing_path_on_remove) return Ok();
      return Failed(
          {"remove operation does not apply: doc is missing path: ", Quoted(path), ": missing value"});
    }
    if (const auto error = RemoveFrom(*place.container, place.key)) {
      return Failed({"error in remove for path: '", path, "': ", *error});
    }
    return Ok();
  }

  std::optional<Error> Replace(const Operation& operation) {
    const std::string_view path = operation.path;
    if (path.empty()) {
      if (!operation.value.is_array() && !operation.value.is_object()) {
        return Failed({"replace operation value must be object or array"});
      }
      root_ = NewNode(operation.value);
      return Ok();
    }
    const Place place = Find(operation.path);
    if (place.container == nullptr) {
      return Failed({"replace operation does not apply: doc is missing path: ", path, ": missing value"});
    }
    Node* const node = Get(*place.container, place.key, nullptr);
    if (node == nullptr) {
      return Failed({"replace operation does not apply: doc is missing key: ", path, ": missing value"});
    }
    *node = NewNode(operation.value);
    return Ok();
  }

  std::optional<Error> Move(const Operation& operation) {
    const std::string_view from = operation.from, path = operation.path;
    if (from.empty())
      return Failed({"unable to move entire document to another path: invalid state detected"});
    const Place source = Find(operation.from);
    if (source.container == nullptr) {
      return Failed({"move operation does not apply: doc is missing from path: ", from, ": missing value"});
    }
    std::string error;
    Node* const node = Get(*source.container, source.key, &error);
    if (node == nullptr) return Failed({"error in move for path: '", source.key, "': ", error});
    Node moved = *node;
    moved.is_new = true;
    if (const auto failed = RemoveFrom(*source.container, source.key)) {
      return Failed({"error in move for path: '", source.key, "': ", *failed});
    }
    const Place target = Find(operation.path);
    if (target.container == nullptr) {
      return Failed(
          {"move operation does not apply: doc is missing destination path: ", path, ": missing value"});
    }
    if (const auto failed = AddTo(*target.container, target.key, moved)) {
      return Failed({"error in move for path: '", path, "': ", *failed});
    }
    return Ok();
  }

  std::optional<Error> Copy(const Operation& operation) {
    const std::string_view from = operation.from, path = operation.path;
    const Place source = Find(operation.from);
    if (source.container == nullptr) {
      return Failed(
          {"copy operation does not apply: doc is missing from path: ", Quoted(from), ": missing value"});
    }
    std::string error;
    Node* const node = from.empty() ? &root_ : Get(*source.container, source.key, &error);
    if (node == nullptr) return Failed({"error in copy for from: '", from, "': ", error});
    Value copied;
    // Copies of copies grow without bound; so does their depth.
    if (!Freeze(*node, 0, false, copied) || !Measure(copied, copy_budget_, 0)) {
      return Failed({"error while performing deep copy: the copies are too large or too deep"});
    }
    const Place target = Find(operation.path);
    if (target.container == nullptr) {
      return Failed(
          {"copy operation does not apply: doc is missing destination path: ", path, ": missing value"});
    }
    if (const auto failed = AddTo(*target.container, target.key, NewNode(copied))) {
      return Failed({"error while adding value during copy: ", *failed});
    }
    return Ok();
  }

  std::optional<Error> Test(const Operation& operation) {
    const std::string_view path = operation.path;
    const auto failed = [&path] { return Failed({kTesting, path, kTestFailed}); };
    Node* node = &root_;
    if (!path.empty()) {
      const Place place = Find(operation.path);
      if (place.container == nullptr) {
        return Failed({"test operation does not apply: is missing path: ", path, ": missing value"});
      }
      std::string error;
      node = Get(*place.container, place.key, &error);
      if (node == nullptr && !error.ends_with(": missing value")) {
        return Failed({"error in test for path: '", path, "': ", error});
      }
    }
    const bool absent = node == nullptr || node->IsNull();
    if (absent || operation.value.is_null()) return absent && operation.value.is_null() ? Ok() : failed();
    Value value;
    if (!Freeze(*node, 0, false, value) || !Equal(value, operation.value)) return failed();
    return Ok();
  }

  // The node as a value; false where that is too deep. What stood in the document at its place already is not
  // looked at.
  bool Freeze(const Node& node, std::size_t depth, bool is_new, Value& value) {
    is_new |= node.is_new;
    if (node.children == nullptr) {
      value = node.value;
      std::size_t budget = static_cast<std::size_t>(-1);
      return !is_new || Measure(value, budget, depth);
    }
    if (depth > kMaxDepth) return false;
    if (node.is_array) {
      const auto items = arena_.NewArray<Value>(node.children->size());
      for (std::size_t i = 0; i < items.size(); ++i) {
        if (!Freeze((*node.children)[i].node, depth + 1, is_new, items[i])) return false;
      }
      value = Value::Array(items);
      return true;
    }
    ObjectBuilder object(arena_, node.children->size());
    for (const Child& child : *node.children) {
      Value member;
      if (!Freeze(child.node, depth + 1, is_new, member)) return false;
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

bool IsFailedTest(const Error& error) {
  return error.message().starts_with(kTesting) && error.message().ends_with(kTestFailed);
}

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
