#include "yaml/compose.h"

#include <yaml.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/encoding.h"
#include "base/number.h"
#include "base/utf8.h"
#include "json/builder.h"
#include "json/write.h"
#include "yaml/scalar.h"

namespace ephor::yaml {
namespace {

using json::Key;
using json::Member;
using json::Value;

constexpr std::string_view kTagPrefix = "tag:yaml.org,2002:";

std::string_view View(const yaml_char_t* text) {
  return text == nullptr ? std::string_view() : std::string_view(reinterpret_cast<const char*>(text));
}

// As Go's strconv.FormatFloat(value, 'g', -1, 32), by which number keys become text.
std::string FloatKey(double value) {
  constexpr double kRoundsToInfinity = 0x1.ffffffp127;
  if (std::isnan(value)) return ".nan";
  if (std::abs(value) >= kRoundsToInfinity) return value < 0 ? "-.inf" : ".inf";
  // The few digits that tell a float from its neighbours are also the shortest for the double nearest to
  // them.
  char digits[32];
  const auto written = std::to_chars(digits, digits + sizeof digits, static_cast<float>(value));
  double same_digits = 0;
  std::from_chars(digits, written.ptr, same_digits);
  return GoFloat(same_digits);
}

class Composer {
 public:
  Composer(std::string_view text, std::uint32_t first_line, Arena& arena, Positions* positions,
           const LoadLimits& limits)
      : text_(text),
        unread_(text),
        first_line_(first_line),
        arena_(arena),
        positions_(positions),
        limits_(limits),
        max_nodes_(limits.max_nodes_base + limits.max_nodes_per_byte * text.size()) {
    event_.type = YAML_NO_EVENT;
    ready_ = yaml_parser_initialize(&parser_) != 0;
    if (!ready_) return;
    yaml_parser_set_input(&parser_, &Composer::Feed, this);
  }
  Composer(const Composer&) = delete;
  Composer& operator=(const Composer&) = delete;
  ~Composer() {
    yaml_event_delete(&event_);
    if (ready_) yaml_parser_delete(&parser_);
  }

  Result<const Value*> Document() {
    Value* const root = arena_.New<Value>();
    if (!ready_) return Fail(ErrorCode::kInternal, "no memory to parse YAML");
    if (!Whole(*root)) return std::unexpected(*std::move(error_));
    if (!duplicates_.empty()) {
      return std::unexpected(
          Error(ErrorCode::kInvalidInput, "yaml: unmarshal errors:" + duplicates_).At(duplicate_position_));
    }
    return root;
  }

 private:
  struct Anchor {
    std::string name;
    Value value;
    std::size_t nodes = 0;
    std::size_t height = 0;
    bool open = true;  // its own content is being read
  };
  struct Pending {
    Member member;
    SourcePosition position;
    bool merged = false;
  };

  // Gives the parser the text and, where its last line has no end, a line feed: block scalars at the end keep
  // it then, as they do in Kubernetes, whose reader takes line by line.
  static int Feed(void* self, unsigned char* buffer, std::size_t size, std::size_t* given) {
    auto& composer = *static_cast<Composer*>(self);
    std::string_view& rest = composer.unread_;
    *given = std::min(size, rest.size());
    std::memcpy(buffer, rest.data(), *given);
    rest.remove_prefix(*given);
    if (rest.empty() && *given < size && !composer.text_.ends_with('\n') &&
        !std::exchange(composer.ended_, true)) {
      buffer[(*given)++] = '\n';
    }
    return 1;
  }

  bool Whole(Value& root) {
    if (!Next()) return false;  // the stream's start
    if (!Next()) return false;
    if (event_.type == YAML_STREAM_END_EVENT) return true;
    if (!Next()) return false;
    const SourcePosition position = Position();
    if (!Node(root, 0)) return false;
    if (positions_ != nullptr) positions_->Set(&root, position);
    return Next();  // the document's end, where some errors show
  }

  bool Next() {
    yaml_event_delete(&event_);
    if (yaml_parser_parse(&parser_, &event_) != 0) return true;
    event_.type = YAML_NO_EVENT;
    return FailWithParserError();
  }

  bool FailWithParserError() {
    // The line in the message is go-yaml's, which counts one less for some errors.
    const yaml_mark_t& problem = parser_.problem_mark;
    const yaml_mark_t& context = parser_.context_mark;
    std::size_t line = 0;
    SourcePosition position;
    if (parser_.error == YAML_READER_ERROR) {
      position = ReaderPosition();
    } else {
      if (problem.line != 0) {
        line = problem.line + (parser_.error == YAML_SCANNER_ERROR ? 1 : 0);
      } else {
        line = context.line;
      }
      position = At(problem);
    }
    std::string message = "yaml: ";
    if (line != 0) message += "line " + std::to_string(line) + ": ";
    message += parser_.problem != nullptr ? parser_.problem : "unknown problem parsing YAML content";
    error_ = Error(ErrorCode::kInvalidInput, std::move(message)).At(position);
    return false;
  }

  SourcePosition ReaderPosition() const {
    SourcePosition position{first_line_, 1};
    for (std::size_t i = 0; i < std::min(parser_.problem_offset, text_.size()); ++i) {
      position = text_[i] == '\n' ? SourcePosition{position.line + 1, 1}
                                  : SourcePosition{position.line, position.column + 1};
    }
    return position;
  }

  bool FailAt(SourcePosition position, std::string message) {
    error_ = Error(ErrorCode::kInvalidInput, "yaml: " + std::move(message)).At(position);
    return false;
  }

  SourcePosition At(const yaml_mark_t& mark) const {
    return {first_line_ + static_cast<std::uint32_t>(mark.line), static_cast<std::uint32_t>(mark.column) + 1};
  }
  SourcePosition Position() const { return At(event_.start_mark); }

  // The value that begins with the event at hand.
  bool Node(Value& value, std::size_t depth) {
    deepest_ = std::max(deepest_, depth);
    if (++nodes_ > max_nodes_) return FailAt(Position(), "document contains excessive aliasing");
    switch (event_.type) {
      case YAML_SCALAR_EVENT:
        return ScalarNode(value);
      case YAML_ALIAS_EVENT:
        return Alias(value, depth);
      case YAML_SEQUENCE_START_EVENT:
      case YAML_MAPPING_START_EVENT:
        return Collection(value, depth + 1);
      default:
        return FailAt(Position(), "unexpected event");
    }
  }

  bool ScalarNode(Value& value) {
    const auto& scalar = event_.data.scalar;
    const std::string_view text(reinterpret_cast<const char*>(scalar.value), scalar.length);
    const std::string_view tag = View(scalar.tag);
    const SourcePosition position = Position();
    if (tag.empty() && scalar.plain_implicit == 0) {
      value = Value::String(Keep(text));
    } else if (tag.empty()) {
      const Scalar plain = ResolvePlain(text);
      // Of the booleans only true and false have four or five letters.
      const bool is_word = plain.type == ScalarType::kBool && text.size() != 4 && text.size() != 5;
      value = is_word && !limits_.word_booleans ? Value::String(Keep(text)) : Normal(plain);
    } else if (!Tagged(text, tag, value)) {
      return false;
    }
    if (value.is_double() && !std::isfinite(value.as_double())) {
      if (!is_key_) return Unsupported(value.as_double(), position);
    }
    if (scalar.anchor != nullptr) {
      anchors_.push_back(
          {.name = std::string(View(scalar.anchor)), .value = value, .nodes = 1, .open = false});
    }
    return true;
  }

  bool Unsupported(double value, SourcePosition position) {
    error_ =
        Error(ErrorCode::kInvalidInput, std::string("json: unsupported value: ") + (std::isnan(value) ? "NaN"
                                                                                    : value < 0       ? "-Inf"
                                                                                                : "+Inf"))
            .At(position);
    return false;
  }

  // The scalar at hand, for as long as the values live.
  std::string_view Keep(std::string_view scalar) {
    if (!limits_.view_text) return arena_.Copy(scalar);
    // The mark counts code points and what libyaml reads may differ from what is written: a view is only used
    // where its bytes are the same.
    const std::size_t quote = event_.data.scalar.style == YAML_PLAIN_SCALAR_STYLE ? 0 : 1;
    const std::size_t at = event_.start_mark.index + quote;
    if (at > text_.size() || !text_.substr(at).starts_with(scalar)) return arena_.Copy(scalar);
    return text_.substr(at, scalar.size());
  }

  // Whole floats become integers, as they do on their way through JSON in the reference.
  Value Normal(const Scalar& scalar) {
    switch (scalar.type) {
      case ScalarType::kString:
      case ScalarType::kTimestamp:
        return Value::String(Keep(scalar.value.as_string()));
      case ScalarType::kFloat:
        if (is_key_) return scalar.value;  // its text is that of the float
        return scalar.value.as_double() == 0 ? Value::Int(0) : Value::Number(scalar.value.as_double());
      default:
        return scalar.value;
    }
  }

  bool Tagged(std::string_view text, std::string_view tag, Value& value) {
    const auto is = [tag](std::string_view name) {
      return tag.starts_with(kTagPrefix) && tag.substr(kTagPrefix.size()) == name;
    };
    if (is("binary")) {
      auto bytes = Base64Decode(text);
      if (!bytes) return FailAt(Position(), "!!binary value contains invalid base64 data");
      value = Value::String(arena_.Copy(ValidUtf8(*bytes)));
      return true;
    }
    const bool known = is("bool") || is("int") || is("float") || is("null") || is("timestamp");
    if (!known) {  // !!str, and tags of applications, which mean nothing here
      value = Value::String(arena_.Copy(text));
      return true;
    }
    const std::string short_tag = "!!" + std::string(tag.substr(kTagPrefix.size()));
    const Scalar scalar = ResolvePlain(text);
    const bool whole_float = scalar.type == ScalarType::kInt && is("float") && scalar.value.is_int();
    if (TagName(scalar.type) != short_tag && !whole_float) {
      return FailAt(Position(), "cannot decode " + std::string(TagName(scalar.type)) + " `" +
                                    std::string(text) + "` as a " + short_tag);
    }
    value = Normal(scalar);
    return true;
  }

  static std::string ValidUtf8(const std::string& bytes) {
    if (IsValidUtf8(bytes)) return bytes;
    std::string valid;
    for (std::size_t i = 0; i < bytes.size();) {
      const CodePoint point = DecodeUtf8(bytes, i);
      AppendUtf8(point.value, valid);
      i += point.bytes;
    }
    return valid;
  }

  bool Alias(Value& value, std::size_t depth) {
    const std::string_view name = View(event_.data.alias.anchor);
    const auto anchor =
        std::find_if(anchors_.rbegin(), anchors_.rend(), [name](const Anchor& a) { return a.name == name; });
    if (anchor == anchors_.rend()) {
      return FailAt(Position(), "unknown anchor '" + std::string(name) + "' referenced");
    }
    if (anchor->open) return FailAt(Position(), "anchor '" + anchor->name + "' value contains itself");
    nodes_ += anchor->nodes - 1;
    if (nodes_ > max_nodes_) return FailAt(Position(), "document contains excessive aliasing");
    if (depth + anchor->height > limits_.max_depth) return TooDeep();
    deepest_ = std::max(deepest_, depth + anchor->height);
    value = anchor->value;
    return true;
  }

  bool TooDeep() {
    return FailAt(Position(),
                  "collections are nested more than " + std::to_string(limits_.max_depth) + " deep");
  }

  bool Collection(Value& value, std::size_t depth) {
    if (depth > limits_.max_depth) return TooDeep();
    const bool is_sequence = event_.type == YAML_SEQUENCE_START_EVENT;
    const std::string_view name =
        View(is_sequence ? event_.data.sequence_start.anchor : event_.data.mapping_start.anchor);
    if (name.empty()) return is_sequence ? Sequence(value, depth) : Mapping(value, depth);

    const std::size_t anchor = anchors_.size();
    anchors_.push_back({.name = std::string(name)});
    const std::size_t nodes_before = nodes_ - 1;
    const std::size_t deepest_before = std::exchange(deepest_, depth);
    if (!(is_sequence ? Sequence(value, depth) : Mapping(value, depth))) return false;
    anchors_[anchor].value = value;
    anchors_[anchor].nodes = nodes_ - nodes_before;
    anchors_[anchor].height = deepest_ - depth + 1;
    anchors_[anchor].open = false;
    deepest_ = std::max(deepest_, deepest_before);
    return true;
  }

  bool Sequence(Value& value, std::size_t depth) {
    const std::size_t base = items_.size();
    for (;;) {
      if (!Next()) return false;
      if (event_.type == YAML_SEQUENCE_END_EVENT) break;
      const SourcePosition position = Position();
      Value item;
      if (!Node(item, depth)) return false;
      items_.push_back(item);
      if (positions_ != nullptr) item_positions_.push_back(position);
    }
    const auto items = arena_.Copy(std::span<const Value>(items_).subspan(base));
    if (positions_ != nullptr) {
      for (std::size_t i = 0; i < items.size(); ++i) {
        positions_->Set(&items[i], item_positions_[item_positions_.size() - items.size() + i]);
      }
      item_positions_.resize(item_positions_.size() - items.size());
    }
    items_.resize(base);
    value = Value::Array(items);
    return true;
  }

  bool Mapping(Value& value, std::size_t depth) {
    const std::size_t base = members_.size();
    for (;;) {
      if (!Next()) return false;
      if (event_.type == YAML_MAPPING_END_EVENT) break;
      if (IsMergeKey()) {
        if (!Next() || !Merge(depth)) return false;
        continue;
      }
      std::string_view key;
      if (!KeyText(key, depth)) return false;
      if (!Next()) return false;
      const SourcePosition position = Position();
      Value child;
      if (!Node(child, depth)) return false;
      members_.push_back({Member(Key(key), child), position});
    }
    value = Object(std::span<const Pending>(members_).subspan(base));
    members_.resize(base);
    return true;
  }

  Value Object(std::span<const Pending> pending) {
    auto members = arena_.NewArray<Member>(pending.size());
    for (std::size_t i = 0; i < pending.size(); ++i) members[i] = pending[i].member;
    const Value object = Value::Object(members.first(json::SortMembers(members)));
    if (object.size() < pending.size() && limits_.unique_keys) ReportDuplicates(pending);
    if (positions_ != nullptr) {
      for (const Pending& p : pending) {
        if (p.position.line != 0) positions_->Set(object.Find(KeyOf(p.member)), p.position);
      }
    }
    return object;
  }

  static Key KeyOf(const Member& member) {
    Key key;
    key.text = member.key();
    key.hash = member.hash;
    return key;
  }

  void ReportDuplicates(std::span<const Pending> pending) {
    std::map<std::string_view, int> seen;
    for (const Pending& p : pending) {
      if (p.merged || seen[p.member.key()]++ == 0) continue;
      duplicates_ += "\n  line " + std::to_string(p.position.line - first_line_ + 1) + ": key ";
      json::WriteString(p.member.key(), duplicates_);
      duplicates_ += " already set in map";
      if (duplicate_position_.line == 0) duplicate_position_ = p.position;
    }
  }

  bool IsMergeKey() const {
    if (event_.type != YAML_SCALAR_EVENT) return false;
    const auto& scalar = event_.data.scalar;
    if (std::string_view(reinterpret_cast<const char*>(scalar.value), scalar.length) != "<<") return false;
    return scalar.plain_implicit != 0 || View(scalar.tag) == "tag:yaml.org,2002:merge";
  }

  // The value of a merge key: a mapping, an alias of one, or a list of these of which earlier ones win.
  bool Merge(std::size_t depth) {
    const SourcePosition position = Position();
    const bool is_sequence = event_.type == YAML_SEQUENCE_START_EVENT;
    Value merged;
    if (!Node(merged, depth)) return false;
    const auto add = [this](const Value& object) {
      for (const Member& member : object.members()) members_.push_back({.member = member, .merged = true});
    };
    const auto not_mappings = [&] {
      return FailAt(position, "map merge requires map or sequence of maps as the value");
    };
    if (merged.is_object()) {
      add(merged);
      return true;
    }
    if (!is_sequence) return not_mappings();
    for (std::size_t i = merged.size(); i-- > 0;) {
      if (!merged.items()[i].is_object()) return not_mappings();
      add(merged.items()[i]);
    }
    return true;
  }

  bool KeyText(std::string_view& text, std::size_t depth) {
    const SourcePosition position = Position();
    Value key;
    is_key_ = true;
    const bool read = Node(key, depth);
    is_key_ = false;
    if (!read) return false;
    switch (key.kind()) {
      case json::Kind::kString:
        text = key.as_string();
        return true;
      case json::Kind::kBool:
        text = key.as_bool() ? "true" : "false";
        return true;
      case json::Kind::kInt:
        text = arena_.Copy(json::ToString(key));
        return true;
      case json::Kind::kDouble:
        text = arena_.Copy(FloatKey(key.as_double()));
        return true;
      case json::Kind::kNull:
        return FailAt(position, "unsupported map key: null");
      case json::Kind::kArray:
      case json::Kind::kObject:
        break;
    }
    return FailAt(position, "invalid map key: " + json::ToString(key));
  }

  const std::string_view text_;
  std::string_view unread_;
  bool ended_ = false;  // the line feed has been added
  std::uint32_t first_line_;
  Arena& arena_;
  Positions* positions_;
  const LoadLimits& limits_;
  const std::size_t max_nodes_;

  yaml_parser_t parser_;
  yaml_event_t event_;
  bool ready_ = false;

  // Stacks of the collections that are open.
  std::vector<Value> items_;
  std::vector<SourcePosition> item_positions_;
  std::vector<Pending> members_;

  std::vector<Anchor> anchors_;
  std::size_t nodes_ = 0;  // with those that aliases stand for
  std::size_t deepest_ = 0;
  bool is_key_ = false;
  std::optional<Error> error_;
  std::string duplicates_;
  SourcePosition duplicate_position_;
};

}  // namespace

Result<const Value*> Compose(std::string_view text, std::uint32_t first_line, Arena& arena,
                             Positions* positions, const LoadLimits& limits) {
  return Composer(text, first_line, arena, positions, limits).Document();
}

}  // namespace ephor::yaml
