// Kyverno's function libraries.
#pragma once

#include "cel/check/library.h"

namespace ephor::cel::lib::kyverno {

const Library& Images();        // image('nginx:1').tag()
const Library& Hashes();        // sha256('x')
const Library& Math();          // math.round(1.25, 1)
const Library& Json();          // json.unmarshal
const Library& Yaml();          // yaml.parse
const Library& Randoms();       // random('[a-z]{5}')
const Library& Times();         // time.now()
const Library& Transforms();    // listObjToMap
const Library& Gzips();         // gzip.compress
const Library& Users();         // parseServiceAccount
const Library& Certificates();  // x509.decode

// These reach out, by ports.
const Library& Resources();            // resource.get
const Library& NamespacedResources();  // the same in a policy of a namespace
const Library& Http();                 // http.get
const Library& GlobalContexts();       // globalContext.get
const Library& ImageData();            // image.getMetadata
const Library& ImageVerification();    // verifyImageSignatures
const Library& Generators();           // generator.apply
const Library& NamespacedGenerators();

// orValue that takes any receiver; its static type is dyn.
const Library& LenientOrValue();

// JSON in which all numbers are doubles, as Go decodes it into `any`: what json.unmarshal, yaml.parse and
// HTTP bodies give.
json::Value WithDoubles(const json::Value& value, Arena& arena);

}  // namespace ephor::cel::lib::kyverno
