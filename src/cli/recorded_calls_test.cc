#include "cli/recorded_calls.h"

#include <gtest/gtest.h>

#include "yaml/load.h"

namespace ephor::cli {
namespace {

// "STATUS BODY", or the error.
std::string Answer(std::string_view entries, std::string_view method, std::string_view url) {
  Arena arena;
  const auto loaded = yaml::Load(entries, arena);
  if (!loaded) return loaded.error().message();
  auto calls = RecordedCalls::Of(*loaded);
  if (!calls) return calls.error().message();
  const auto answer = calls->Send({.method = method, .url = url});
  EXPECT_EQ(calls->IsRecorded(method, url), answer.has_value());
  return answer ? std::to_string(answer->status) + " " + answer->body : answer.error().message();
}

TEST(RecordedCalls, AnswerOrSayWhatIsWrong) {
  const struct {
    std::string_view entries, method, url, answer;
  } rows[] = {
      {"[{url: ' https://a.example/x ', response: {body: {a: 1}}}]", "GET", "https://a.example/x",
       R"(200 {"a":1})"},
      {"[{urlPath: /api/v1/pods, response: {statusCode: 404, body: {}}}]", "POST", "/api/v1/pods", "404 {}"},
      {"[{url: http://a, response: {body: {}}}, {url: http://a, method: post, response: {body: {b: 2}}}]",
       "POST", "http://a", R"(200 {"b":2})"},
      {"[{url: http://a, method: POST, response: {body: {}}}]", "GET", "http://a",
       "the test has no answer for GET http://a"},
      {"null", "GET", "/x", "the test has no answer for GET /x"},
      {"[]", "GET", "/x", "the test has no answer for GET /x"},
      {"text", "GET", "/x", "apiCallResponses must be a list"},
      {"[7]", "GET", "/x", "apiCallResponses[0]: either url or urlPath is required"},
      {"[{url: http://a, urlPath: /a}]", "GET", "/x",
       "apiCallResponses[0]: url and urlPath are mutually exclusive"},
      {"[{url: ftp://a}]", "GET", "/x",
       "apiCallResponses[0]: url \"ftp://a\" must be an absolute https/http URL"},
      {"[{url: 'https://'}]", "GET", "/x", "apiCallResponses[0]: url \"https://\" has scheme but no host"},
      {"[{urlPath: a}]", "GET", "/x",
       "apiCallResponses[0]: urlPath \"a\" must be an absolute path starting with '/'"},
      {"[{urlPath: /a, method: PUT}]", "GET", "/x", "apiCallResponses[0]: method must be GET or POST"},
      {"[{urlPath: /a}]", "GET", "/x", "apiCallResponses[0] \"/a\": response.body is required"},
      {"[{urlPath: /a, response: {body: []}}]", "GET", "/x",
       "apiCallResponses[0] \"/a\": response.body must be a JSON object"},
      {"[{urlPath: /a, response: {statusCode: 99, body: {}}}]", "GET", "/x",
       "apiCallResponses[0] \"/a\": statusCode 99 must be between 100 and 599"},
      {"[{urlPath: /a, response: {body: {}}}, {urlPath: /a, response: {body: {}}}]", "GET", "/x",
       "apiCallResponses: duplicate entry for \"/a\" (key \"/a\") — each method+url combination must be "
       "unique"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.entries);
    EXPECT_EQ(Answer(row.entries, row.method, row.url), row.answer);
  }
}

}  // namespace
}  // namespace ephor::cli
