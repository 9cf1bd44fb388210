// The credentials that a policy names for a registry: Secrets and providers.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "json/value.h"
#include "registry/credentials.h"

namespace ephor::registry {

// A Secret of type kubernetes.io/dockerconfigjson or kubernetes.io/dockercfg. Its helpers are not run: what
// comes from a cluster starts no programs. Fails where it has neither text, or one that makes no sense.
Result<std::unique_ptr<CredentialSource>> CredentialsOfSecret(const json::Value& secret);

// The Secrets, then the providers: "default" is what KeychainOfEnvironment finds first, "github" the token of
// a workflow; "amazon", "azure" and "google" ask the credential helpers of these clouds for their registries
// (docker-credential-ecr-login, -acr-env and -gcr), and know nothing where such a program is not installed.
// Providers of other names are left out.
Result<Keychain> KeychainOf(std::span<const json::Value> secrets,
                            std::span<const std::string_view> providers);

// What to add to a registry's refusal: " (the provider amazon needs the program docker-credential-ecr-login)"
// where a provider is meant for this registry and its program is missing, else "".
std::string MissingProgram(std::span<const std::string_view> providers, std::string_view registry);

}  // namespace ephor::registry
