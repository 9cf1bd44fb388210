#include "load/creation.h"

#include <gtest/gtest.h>

namespace ephor::load {
namespace {

constexpr std::string_view kTwo =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\nspec: {containers: [{name: "
    "web}]}\n---\n"
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\n---\n"
    "apiVersion: v1\nkind: Namespace\nmetadata: {name: team}\n";

TEST(Creation, NamesEachObject) {
  const Url url{.host = "127.0.0.1", .port = 8001};
  const auto creations = Creation::Of(kTwo, url, "r1");
  ASSERT_TRUE(creations) << creations.error().message();
  ASSERT_EQ(creations->size(), 3u);
  Request request;
  (*creations)[0].Fill(7, url, true, request);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.path, "/api/v1/namespaces/shop/pods");
  EXPECT_EQ(
      request.body,
      "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"web-r1-7\",\"namespace\":\"shop\"},"
      "\"spec\":{\"containers\":[{\"name\":\"web\"}]}}");
  EXPECT_TRUE(
      request.text.starts_with("POST /api/v1/namespaces/shop/pods HTTP/1.1\r\nhost: 127.0.0.1:8001\r\n"));
  (*creations)[0].FillDeletion(7, url, request);
  EXPECT_EQ(request.method, "DELETE");
  EXPECT_EQ(request.path, "/api/v1/namespaces/shop/pods/web-r1-7");
  EXPECT_EQ(request.body, "");
  (*creations)[1].Fill(0, url, true, request);
  EXPECT_EQ(request.path, "/apis/apps/v1/namespaces/default/deployments");
  (*creations)[2].Fill(0, url, true, request);
  EXPECT_EQ(request.path, "/api/v1/namespaces");
}

TEST(Creation, RefusesWhatIsNoNamedObject) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"", "there is no object"},
      {"a: [", "line "},
      {"- a\n", "line 1: an object of a built-in kind is needed"},
      {"apiVersion: v1\nkind: Podd\nmetadata: {name: a}\n", "line 1: an object of a built-in kind is needed"},
      {"apiVersion: v1\nkind: Pod\n", "line 1: the object needs a name"},
      {"apiVersion: v1\nkind: Pod\nmetadata: {name: 'a\"b'}\n",
       "line 1: the object's name must be a Kubernetes name"},
  };
  for (const auto& [text, says] : cases) {
    SCOPED_TRACE(text);
    const auto creations = Creation::Of(text, Url(), "r");
    ASSERT_FALSE(creations);
    EXPECT_TRUE(creations.error().message().starts_with(says)) << creations.error().message();
  }
}

}  // namespace
}  // namespace ephor::load
