// The function libraries, for putting environments together.
#pragma once

#include "cel/check/library.h"

namespace ephor::cel::lib {

// The language's own.
const Library& Standard();          // operators, conversions, strings, times
const Library& MixedComparison();   // 1 < 1.5
const Library& Optionals();         // optional.of, optMap, orValue
const Library& Bindings();          // cel.bind
const Library& Blocks();            // cel.block
const Library& TwoVariableLoops();  // all(k, v, ...), transformMap

// Its extensions.
const Library& Strings();        // charAt, split, join
const Library& ClassicFormat();  // format as of version 2 of the strings extension
const Library& NewerStrings();   // format as of version 4, and reverse
const Library& Math();           // math.greatest, math.bitAnd
const Library& Lists();          // slice, sort, lists.range
const Library& Sets();           // sets.contains
const Library& Encoders();       // base64.encode

// Two of the strings' functions, for libraries that change them a little.
Value IndexOf(Call& call, std::span<const Value> args);
Value LastIndexOf(Call& call, std::span<const Value> args);

// Networks: as Kubernetes has them, and as the specification.
const Library& Network();
const Library& SpecifiedNetwork();

// Kubernetes' other libraries.
const Library& Urls();             // url, isURL
const Library& FindRegexes();      // find, findAll
const Library& KubernetesLists();  // sum, isSorted
const Library& Quantities();       // quantity('1Gi')
const Library& Semvers();          // semver('1.2.3')
const Library& NamedFormats();     // format.dns1123Label()
const Library& Authorizers();      // authorizer.group('').resource('pods').check('get')

// The variable `authorizer`: that of who made the request. In the arena.
Value AuthorizerOfRequester(Arena& arena);

const Library& JsonPatches();  // jsonpatch.escapeKey

// The types of admission requests and namespaces; the requests with or without their objects as fields.
const Library& AdmissionTypes();
const Library& AdmissionTypesWithObjects();

// The regex extension.
const Library& Regexes();

// The specification's way where the reference's implementation differs.
const Library& Specification();

}  // namespace ephor::cel::lib
