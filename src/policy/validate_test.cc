#include "policy/validate.h"

#include "policy/validate_for_test.h"

namespace ephor::policy {
namespace {

// One row a message, for what a spec alone decides.
struct CheckCase {
  const char* name;
  std::string spec;
  std::string_view error;  // "" for none; all of it
};

class CheckTest : public ::testing::TestWithParam<CheckCase> {};

TEST_P(CheckTest, Error) {
  const auto policy = DecodeForTest(ClusterPolicyYaml(GetParam().spec));
  ASSERT_NE(policy, nullptr);
  EXPECT_EQ(ErrorOf(*policy), GetParam().error);
}

constexpr auto NameOfRow = [](const auto& row) { return std::string(row.param.name); };

INSTANTIATE_TEST_SUITE_P(
    Spec, CheckTest,
    ::testing::ValuesIn<CheckCase>({
        {"Valid", RuleWith("validate: {deny: {}}"), ""},
        {"OldAndNewTimeout",
         "  webhookTimeoutSeconds: 5\n  webhookConfiguration: {timeoutSeconds: 5}\n  rules: []\n",
         "spec.webhookTimeoutSeconds: Forbidden: remove the deprecated field and use "
         "spec.webhookConfiguration.timeoutSeconds instead"},
        {"OldAndNewFailurePolicy",
         "  failurePolicy: Fail\n  webhookConfiguration: {failurePolicy: Fail}\n  rules: []\n",
         "spec.failurePolicy: Forbidden: remove the deprecated field and use "
         "spec.webhookConfiguration.failurePolicy "
         "instead"},
        {"RemovedGenerateExisting", "  generateExistingOnPolicyUpdate: false\n  rules: []\n",
         "spec.generateExistingOnPolicyUpdate: Forbidden: remove the deprecated field and use "
         "spec.generate[*].generateExisting instead"},
        {"TimeoutsTogether",
         "  webhookConfiguration: {timeoutSeconds: 31}\n  failurePolicy: Fail\n  rules: []\n",
         "spec.webhookConfiguration.timeoutSeconds: Invalid value: 31: the timeout value must be between 1 "
         "and 30 "
         "seconds"},
        {"SeveralAreListed",
         "  webhookTimeoutSeconds: 0\n  webhookConfiguration: {timeoutSeconds: 31}\n  rules: []\n",
         "[spec.webhookTimeoutSeconds: Forbidden: remove the deprecated field and use "
         "spec.webhookConfiguration.timeoutSeconds instead, spec.webhookTimeoutSeconds: Invalid value: 0: "
         "the timeout "
         "value must be between 1 and 30 seconds, spec.webhookConfiguration.timeoutSeconds: Invalid value: "
         "31: the "
         "timeout value must be between 1 and 30 seconds]"},
        {"MutateExistingNeedsTargets",
         RuleWith("mutate: {mutateExistingOnPolicyUpdate: true, patchStrategicMerge: {a: b}}"),
         "spec.mutateExistingOnPolicyUpdate: Forbidden: rules[0].mutate.targets has to be specified when "
         "mutateExistingOnPolicyUpdate is set"},
        {"NoBody", "  rules: [{name: r, match: {}}]\n",
         "spec.rules[0]: Invalid value: "
         "{\"name\":\"r\",\"match\":{\"resources\":{}},\"skipBackgroundRequests\":true}: No operation "
         "defined in the rule 'r'.(supported operations: mutate,validate,generate,verifyImages)"},
        {"TwoBodies",
         "  rules: [{name: r, match: {}, validate: {deny: {}}, mutate: {patchesJson6902: \"[]\"}}]\n",
         "spec.rules[0]: Invalid value: "
         "{\"match\":{},\"mutate\":{\"patchesJson6902\":\"[]\"},\"name\":\"r\",\"validate\":{\"deny\":{}}}: "
         "Multiple "
         "operations defined in the rule 'r', only one operation (mutate,validate,generate,verifyImages) is "
         "allowed "
         "per rule"},
        {"BothDisabled", "  admission: false\n  background: false\n  rules: []\n",
         "disabling both admission and background processing is not allowed"},
        {"NoAdmissionForMutate", "  admission: false\n" + RuleWith("mutate: {patchesJson6902: \"[]\"}"),
         "disabling admission processing is only allowed with validation policies"},
        {"ConflictingNamespaces",
         "  validationFailureActionOverrides: [{action: Audit, namespaces: [b, a]}, {action: enforce, "
         "namespaces: "
         "[a]}]\n  rules: []\n",
         "conflicting namespaces found in path: spec.validationFailureActionOverrides[1].namespaces: a"},
        {"ConflictingWildcards",
         RuleWith(
             "validate: {deny: {}, failureActionOverrides: [{action: Audit, namespaces: [\"a*\"]}, {action: "
             "Enforce, "
             "namespaces: [ab]}]}"),
         "path: spec.rules[0].validate.validationFailureActionOverrides[1].namespaces: wildcard pattern 'a*' "
         "matches "
         "with namespace 'ab'"},
        {"ControlNeedsImages",
         RuleWith("validate: {podSecurity: {level: baseline, exclude: [{controlName: Host Ports}]}}"),
         "spec.rules[0].podSecurity.exclude[0].controlName: Invalid value: \"Host Ports\": exclude.images "
         "must be "
         "specified for the container level control"},
        {"ControlHasNoImages",
         RuleWith(
             "validate: {podSecurity: {level: baseline, exclude: [{controlName: Sysctls, images: [\"*\"], "
             "values: "
             "[a]}]}}"),
         "[spec.rules[0].podSecurity.exclude[0].controlName: Invalid value: \"Sysctls\": exclude.images must "
         "not be "
         "specified for the pod level control, spec.rules[0].podSecurity.exclude[0].restrictedField: "
         "Forbidden: "
         "restrictedField is required]"},
        {"ControlOfAnotherLevel",
         RuleWith("validate: {podSecurity: {level: baseline, exclude: [{controlName: Volume Types}]}}"),
         "spec.rules[0].podSecurity.exclude[0].controlName: Invalid value: \"Volume Types\": Invalid control "
         "name "
         "defined at the given level"},
    }),
    NameOfRow);

INSTANTIATE_TEST_SUITE_P(
    Match, CheckTest,
    ::testing::ValuesIn<CheckCase>({
        {"NothingSpecified", Matching("{}"),
         "path: spec.rules[0].match.resources.: match resources not specified"},
        {"NoKinds", Matching("{any: [{resources: {names: [a]}}]}"),
         "at least one element must be specified in a kind block, the kind attribute is mandatory when "
         "working with "
         "the resources element"},
        {"NoKindsBeyondMetadata",
         "  rules: [{name: r, match: {any: [{resources: {names: [a]}}]}, validate: {pattern: {spec: {a: "
         "b}}}}]\n",
         "policy can only deal with the metadata field of the resource if the rule does not match any kind"},
        {"AnyWithResources", Matching("{any: [{resources: {kinds: [Pod]}}], resources: {kinds: [Pod]}}"),
         "path: spec.rules[0].match.: can't specify any/all together with match resources"},
        {"SubjectKind",
         "  background: false\n" +
             Matching("{any: [{resources: {kinds: [Service]}, subjects: [{kind: Foo, name: a}]}]}"),
         "spec.rules[0].match.any[0].subjects[0].kind: Invalid value: \"Foo\": kind must be 'User', 'Group', "
         "or "
         "'ServiceAccount'"},
        {"ServiceAccountNamespace",
         "  background: false\n" +
             Matching(
                 "{any: [{resources: {kinds: [Service]}, subjects: [{kind: ServiceAccount, name: a}]}]}"),
         "spec.rules[0].match.any[0].subjects[0].namespace: Required value: namespace is required when Kind "
         "is "
         "ServiceAccount"},
        {"Role", "  background: false\n" + Matching("{any: [{resources: {kinds: [Service]}, roles: [a]}]}"),
         "spec.rules[0].match.any[0].roles[0]: Invalid value: \"a\": Role is expected to be in "
         "namespace:name format"},
        {"UserInfoInBackground", Matching("{any: [{resources: {kinds: [Service]}, clusterRoles: [a]}]}"),
         "only select variables are allowed in background mode. Set spec.background=false to disable "
         "background mode "
         "for this policy rule: invalid variable used at path: spec/rules[0]/match/any[0]/clusterRoles "},
        {"EmptySelector", Matching("{any: [{resources: {kinds: [Service], selector: {}}}]}"),
         "spec.rules[0].match.any[0].selector: Invalid value: {}: The requirements are not specified in "
         "selector"},
        {"SelectorOperator",
         Matching("{any: [{resources: {kinds: [Service], selector: {matchExpressions: [{key: a, operator: "
                  "X}]}}}]}"),
         "spec.rules[0].match.any[0].selector: Invalid value: "
         "{\"matchExpressions\":[{\"key\":\"a\",\"operator\":"
         "\"X\"}]}: \"X\" is not a valid label selector operator"},
        {"SelectorWithWildcardIsNotChecked",
         Matching("{any: [{resources: {kinds: [Service], selector: {matchLabels: {\"a*\": \"b c?\"}}}}]}"),
         ""},
        {"EmptySetByFilters",
         "  rules: [{name: r, validate: {deny: {}}, match: {any: [{resources: {kinds: [Service]}}]}, "
         "exclude: {any: "
         "[{resources: {kinds: [Service]}}]}}]\n",
         "spec.rules[0]: Invalid value: "
         "{\"name\":\"r\",\"match\":{\"any\":[{\"resources\":{\"kinds\":[\"Service\"]}}],\"resources\":{}},"
         "\"exclude\":{\"any\":[{\"resources\":{\"kinds\":[\"Service\"]}}],\"resources\":{}},\"validate\":{"
         "\"allowExistingViolations\":true,\"deny\":{}},\"skipBackgroundRequests\":true}: Rule is matching "
         "an empty set"},
        {"ExcludeIsNarrower",
         "  rules: [{name: r, validate: {deny: {}}, match: {resources: {kinds: [Service]}}, exclude: "
         "{resources: "
         "{kinds: [Service], namespaces: [a]}}}]\n",
         ""},
        {"VariableInMatch", Matching("{any: [{resources: {kinds: [Service], names: [\"{{a}}\"]}}]}"),
         "policy contains invalid variables: rule \"r\" should not have variables in match section"},
        {"AllKindsInBackground", Matching("{any: [{resources: {kinds: [\"*\"]}}]}"),
         "path: spec.rules[0].match.any[0].kinds: wildcard policy not allowed in background mode. Set "
         "spec.background=false to disable background mode for this policy rule "},
        {"AllKindsAndMore", "  background: false\n" + Matching("{any: [{resources: {kinds: [\"*\", Pod]}}]}"),
         "path: spec.rules[0].match.any[0].kinds: wildcard policy can not deal with more than one kind"},
        {"AllKindsForeach",
         "  background: false\n  rules: [{name: r, match: {any: [{resources: {kinds: [\"*\"]}}]}, validate: "
         "{foreach: "
         "[]}}]\n",
         "path: spec.rules[0].match.any[0].kinds: wildcard policy does not support rule type"},
        {"AllKindsBeyondMetadata",
         "  background: false\n  rules: [{name: r, match: {any: [{resources: {kinds: [\"*\"]}}]}, mutate: "
         "{patchStrategicMerge: {spec: {}}}}]\n",
         "path: spec.rules[0].match.any[0].kinds: policy can only deal with the metadata field of the "
         "resource if the "
         "rule does not match any kind"},
    }),
    NameOfRow);

INSTANTIATE_TEST_SUITE_P(
    Variables, CheckTest,
    ::testing::ValuesIn<CheckCase>({
        {"Request", RuleWith("validate: {message: \"{{request.object.metadata.name}}\", deny: {}}"), ""},
        {"Unknown", RuleWith("validate: {message: \"{{foo}}\", deny: {}}"),
         "policy contains invalid variables: variable substitution failed for rule r: variable foo must "
         "match regex "
         "\"request\\.|element|elementIndex|@|images|images\\.|image\\.|([a-z_0-9]+\\()[^{}]\" or patterns "
         "[]"},
        {"Escaped", RuleWith("validate: {message: 'see \\{{foo}}', deny: {}}"), ""},
        {"OfContext",
         RuleWith(
             "context: [{name: foo, variable: {value: 1}}], validate: {message: \"{{foo.bar}} {{ foo }}\", "
             "deny: {}}"),
         ""},
        {"OfConfigMap",
         RuleWith("context: [{name: m, configMap: {name: a, namespace: b}}], validate: {message: "
                  "\"{{m.other}}\", deny: "
                  "{}}"),
         "policy contains invalid variables: variable substitution failed for rule r: variable m.other must "
         "match "
         "regex \"request\\.|element|elementIndex|@|images|images\\.|image\\.|([a-z_0-9]+\\()[^{}]\" or "
         "patterns "
         "[m.data m.metadata m.data.* m.metadata.*]"},
        {"Nested",
         RuleWith(
             "context: [{name: m, variable: {value: {}}}], validate: {message: \"{{ m.{{request.namespace}} "
             "}}\", "
             "deny: {}}"),
         ""},
        {"Query", RuleWith("validate: {message: \"{{ request.a[ }}\", deny: {}}"),
         "policy contains invalid variables: variable substitution failed for rule r: failed to resolve "
         "request.a[ at "
         "path /validate/message: invalid JMESPath query request.a[: SyntaxError: Expected tStar, received: "
         "tEOF"},
        {"Empty", RuleWith("validate: {message: \"a {{ }}\", deny: {}}"),
         "policy contains invalid variables: variable substitution failed for rule r: failed to resolve  at "
         "path "
         "/validate/message: invalid query (nil)"},
        {"UserInBackground", RuleWith("validate: {message: \"{{request.userInfo.username}}\", deny: {}}"),
         "only select variables are allowed in background mode. Set spec.background=false to disable "
         "background mode "
         "for this policy rule: variable {{request.userInfo.username}} is not allowed "},
        {"UserAtAdmission",
         "  background: false\n" +
             RuleWith("validate: {message: \"{{request.userInfo.username}}\", deny: {}}"),
         ""},
        {"TargetOutsideTargets", RuleWith("validate: {message: \"{{target.metadata.name}}\", deny: {}}"),
         "policy contains invalid variables: variable substitution failed for rule r: variable "
         "target.metadata.name "
         "must match regex "
         "\"request\\.|element|elementIndex|@|images|images\\.|image\\.|([a-z_0-9]+\\()[^{}]\" or "
         "patterns []"},
        {"TargetInPatch",
         RuleWith("mutate: {targets: [{kind: ConfigMap, apiVersion: v1, name: a}], patchStrategicMerge: {a: "
                  "\"{{target.metadata.name}}\"}}"),
         ""},
        {"TargetInTarget",
         RuleWith(
             "mutate: {targets: [{kind: ConfigMap, apiVersion: v1, name: \"{{target.metadata.name}}\"}], "
             "patchStrategicMerge: {a: b}}"),
         "policy contains invalid variables: invalid variables defined at mutate.targets[0]: variable "
         "target.metadata.name must match regex "
         "\"request\\.|element|elementIndex|@|images|images\\.|image\\.|([a-z_0-9]+\\()[^{}]\" or patterns "
         "[]"},
        {"PatchPath",
         RuleWith("mutate: {patchesJson6902: '[{op: add, path: \"/a/{{request.namespace}}\", value: 1}]'}"),
         "policy contains invalid variables: rule \"r\" should not have variables in patchesJSON6902 path "
         "section"},
        {"ImageReference", Verifying("{imageReferences: [\"{{request.namespace}}/*\"]}"),
         "policy contains invalid variables: rule \"r\" should not have variables in image reference "
         "section"},
        {"ElementOutsideForeach", RuleWith("validate: {message: \"{{element.name}}\", deny: {}}"),
         "variable 'element.name' present outside of foreach at path /validate/message"},
        {"ElementInForeach",
         RuleWith("validate: {foreach: [{list: request.object.spec.a, deny: {conditions: {any: [{key: "
                  "\"{{element.name}}\", "
                  "operator: Equals, value: a}]}}}]}"),
         ""},
        {"Reference",
         RuleWith(
             "validate: {message: \"$(./../pattern/metadata/name) is wrong\", pattern: {metadata: {name: "
             "a}}}"),
         ""},
        {"ReferenceToNothing",
         RuleWith("validate: {message: \"$(./../pattern/b) is wrong\", pattern: {metadata: {name: a}}}"),
         "policy contains invalid variables: variable substitution failed for rule r: got nil resolved "
         "variable "
         "$(./../pattern/b) at path /validate/message: <nil>"},
    }),
    NameOfRow);

INSTANTIATE_TEST_SUITE_P(
    Conditions, CheckTest,
    ::testing::ValuesIn<CheckCase>({
        {"NoOperator", RuleWith("preconditions: {any: [{key: a, value: b}]}, validate: {deny: {}}"),
         "path: spec.rules[0].validate.preconditions.any[0].: entered value of `key`, `value` or `operator` "
         "is missing "
         "or misspelled"},
        {"UnknownOperator",
         RuleWith("preconditions: [{key: a, operator: Like, value: b}], validate: {deny: {}}"),
         "path: spec.rules[0].validate.preconditions[0].: entered value of `operator` is invalid. valid "
         "values: "
         "[\"AllIn\" \"AllNotIn\" \"AnyIn\" \"AnyNotIn\" \"DurationGreaterThan\" "
         "\"DurationGreaterThanOrEquals\" "
         "\"DurationLessThan\" \"DurationLessThanOrEquals\" \"Equal\" \"Equals\" \"GreaterThan\" "
         "\"GreaterThanOrEquals\" \"In\" \"LessThan\" \"LessThanOrEquals\" \"NotEqual\" \"NotEquals\" "
         "\"NotIn\"]"},
        {"Operation",
         RuleWith("validate: {deny: {conditions: {all: [{key: \"{{ request.operation }}\", operator: Equals, "
                  "value: "
                  "CREATED}]}}}"),
         "path: spec.rules[0].validate.deny.conditions.all[0].value: CREATED: unknown value 'CREATED' found "
         "under the "
         "'value' field. Only the following values are allowed: [CREATE, UPDATE, DELETE, CONNECT]"},
        {"OperationInList",
         RuleWith(
             "validate: {deny: {conditions: {all: [{key: \"{{request.operation}}\", operator: AnyIn, value: "
             "[CREATE, "
             "1]}]}}}"),
         "path: spec.rules[0].validate.deny.conditions.all[0].value[1]: 'value[1]' found to be of the type "
         "int64. The "
         "provided values are expected to be strings"},
        {"OperationOfAnotherType",
         RuleWith(
             "validate: {deny: {conditions: {all: [{key: \"{{request.operation}}\", operator: AnyIn, value: "
             "true}]}}}"),
         "path: spec.rules[0].validate.deny.conditions.all[0].value: 'value' field found to be of the type "
         "bool. The "
         "provided value/values are expected to be either in the form of a string or list"},
        {"OperationByVariable",
         RuleWith(
             "validate: {deny: {conditions: {all: [{key: \"{{request.operation}}\", operator: AnyIn, value: "
             "\"{{request.namespace}}\"}]}}}"),
         ""},
    }),
    NameOfRow);

INSTANTIATE_TEST_SUITE_P(
    Context, CheckTest,
    ::testing::ValuesIn<CheckCase>({
        {"Reserved", WithContext("{name: request.x, variable: {value: 1}}"),
         "path: spec.rules[0]: entry name request.x is invalid as it conflicts with a pre-defined variable "
         "request"},
        {"NoName", WithContext("{name: \"\", variable: {value: 1}}"),
         "path: spec.rules[0]: a name is required for context entries"},
        {"ConfigMapNamespace", WithContext("{name: a, configMap: {name: b}}"),
         "path: spec.rules[0]: a namespace is required for configMap context entry"},
        {"UrlPathOfService", WithContext("{name: a, apiCall: {urlPath: /a, service: {url: b}}}"),
         "path: spec.rules[0]: a URLPath cannot be used for service API calls"},
        {"Expression", WithContext("{name: a, apiCall: {urlPath: /a, jmesPath: \"a[\"}}"),
         "path: spec.rules[0]: failed to parse JMESPath a[: SyntaxError: Expected tStar, received: tEOF"},
        {"ExpressionWithVariable",
         WithContext("{name: a, apiCall: {urlPath: /a, jmesPath: \"a[ {{request.namespace}}\"}}"), ""},
        {"NoValue", WithContext("{name: a, variable: {}}"),
         "path: spec.rules[0]: a variable must define a value or a jmesPath expression"},
        {"DefaultWithoutExpression", WithContext("{name: a, variable: {value: 1, default: 2}}"),
         "path: spec.rules[0]: a variable must define a default value only when a jmesPath expression is "
         "defined"},
        {"ImageReferenceUppercase", WithContext("{name: a, imageRegistry: {reference: Foo}}"),
         "path: spec.rules[0]: bad image: Foo: repository name must be lowercase"},
        {"ImageReferenceInvalid", WithContext("{name: a, imageRegistry: {reference: \"a b\"}}"),
         "path: spec.rules[0]: bad image: a b: invalid reference format"},
        {"ImageDigestLength",
         WithContext("{name: a, imageRegistry: {reference: "
                     "\"ghcr.io/a/b:1@sha256:00000000000000000000000000000000\"}}"),
         "path: spec.rules[0]: bad image: ghcr.io/a/b:1@sha256:00000000000000000000000000000000: invalid "
         "checksum digest "
         "length"},
        {"ImageReference", WithContext("{name: a, imageRegistry: {reference: \"localhost:5000/a/b_c:v1\"}}"),
         ""},
        {"WithCel",
         RuleWith("context: [{name: a, variable: {value: 1}}], validate: {cel: {expressions: [{expression: "
                  "\"true\"}]}}"),
         "path: spec.rules[0]: context variables are not supported for CEL expressions in validate rules"},
        {"ExtractorExpression",
         RuleWith("imageExtractors: {Task: [{path: /a, jmesPath: a}]}, verifyImages: [{imageReferences: "
                  "[\"*\"]}]"),
         "path: spec.rules[0]: jmespath may not be used in an image extractor when mutating digests with "
         "verify images"},
    }),
    NameOfRow);

INSTANTIATE_TEST_SUITE_P(
    Bodies, CheckTest,
    ::testing::ValuesIn<CheckCase>({
        {"PatchPathSlash", RuleWith("mutate: {patchesJson6902: '[{op: add, path: a, value: 1}]'}"),
         "path must begin with a forward slash: spec.rules[0]: a"},
        {"PatchKind", RuleWith("mutate: {patchesJson6902: '[{op: put, path: /a, value: 1}]'}"),
         "unexpected kind: spec.rules[0]: put"},
        {"PatchValue", RuleWith("mutate: {patchesJson6902: '[{op: add, path: /a}]'}"),
         "invalid value: spec.rules[0]: operation, missing value field: missing value"},
        {"PatchIsNoList", RuleWith("mutate: {patchesJson6902: 'a: b'}"),
         "path must begin with a forward slash: spec.rules[0]: json: cannot unmarshal object into Go value "
         "of type "
         "jsonpatch.Patch"},
        {"PatchAndMerge", RuleWith("mutate: {patchesJson6902: '[]', patchStrategicMerge: {a: b}}"),
         "path: spec.rules[0].mutate.foreach.: only one of `patchStrategicMerge` or `patchesJson6902` is "
         "allowed"},
        {"MutateForeachNeedsOne", RuleWith("mutate: {foreach: [{list: a}]}"),
         "path: spec.rules[0].mutate.foreach[0].: only one of `patchStrategicMerge` or `patchesJson6902` is "
         "allowed"},
        {"MutateForeachNested",
         RuleWith("mutate: {foreach: [{list: a, patchesJson6902: '[]', foreach: [{list: b, patchesJson6902: "
                  "'[]'}]}]}"),
         "path: spec.rules[0].mutate.foreach[0].: a nested foreach cannot contain other declarations"},
        {"ValidateNothing", RuleWith("validate: {message: a}"),
         "path: spec.rules[0].validate..: one of pattern, anyPattern, deny, foreach, cel must be specified"},
        {"ValidateTwo", RuleWith("validate: {deny: {}, pattern: {a: b}}"),
         "path: spec.rules[0].validate..: only one of pattern, anyPattern, deny, foreach, cel can be "
         "specified"},
        {"Anchor", RuleWith("validate: {pattern: {spec: {\"+(a)\": b}}}"),
         "path: spec.rules[0].validate.pattern.//spec/+(a).: unsupported anchor +(a)"},
        {"ExistenceAnchor", RuleWith("validate: {anyPattern: [{a: b}, {\"^(a)\": b}]}"),
         "path: spec.rules[0].validate.anyPattern[1].//^(a).: existence anchor should have value of type "
         "list"},
        {"EmptyExistenceAnchor", RuleWith("validate: {pattern: {l: [{\"^(a)\": []}]}}"),
         "path: spec.rules[0].validate.pattern.//l0//^(a).: existence anchor: should have at least one "
         "value"},
        {"ForeachList", RuleWith("validate: {foreach: [{deny: {}}]}"),
         "path: spec.rules[0].validate..: foreach.list is required"},
        {"ForeachNothing", RuleWith("validate: {foreach: [{list: a}]}"),
         "path: spec.rules[0].validate..: one of pattern, anyPattern, deny, or a nested foreach must be "
         "specified"},
        {"CelPreconditions", RuleWith("celPreconditions: [{name: a, expression: b}], validate: {deny: {}}"),
         "path: spec.rules[0].validate..: celPrecondition can only be used with validate.cel"},
        {"CelParamRef",
         RuleWith(
             "validate: {cel: {expressions: [{expression: a}], paramKind: {apiVersion: v1, kind: Foo}}}"),
         "path: spec.rules[0].validate..: cel.paramRef is required"},
        {"CelParamNotFound",
         RuleWith("validate: {cel: {expressions: [{expression: a}], paramKind: {apiVersion: v1, kind: Foo}, "
                  "paramRef: "
                  "{name: a}}}"),
         "path: spec.rules[0].validate..: cel.paramRef.parameterNotFoundAction is required"},
        {"Labels", RuleWith("mutate: {patchStrategicMerge: {metadata: {labels: {a: 1}}}}"),
         "labels and annotations supports only string values, \"use double quotes around the non string "
         "values\""},
        {"GenerateKind", RuleWith("generate: {apiVersion: v1, name: a, namespace: b, data: {}}"),
         "spec.rules[0].kind: Forbidden: kind can not be empty"},
        {"GenerateNamespace", RuleWith("generate: {apiVersion: v1, kind: Secret, name: a, data: {}}"),
         "spec.rules[0].namespace: Forbidden: target namespace must be set for a namespaced resource"},
        {"GenerateTwoSources",
         RuleWith(
             "generate: {apiVersion: v1, kind: Secret, name: a, namespace: b, data: {}, clone: {name: c}}"),
         "spec.rules[0]: Forbidden: only one of generate patterns(data, clone, cloneList and foreach) can be "
         "specified"},
        {"CloneListNamespace", RuleWith("generate: {cloneList: {kinds: [v1/Secret]}}"),
         "spec.rules[0].cloneList.namespace: Forbidden: namespace is required for namespaced target "
         "resources"},
        {"GenerateAnchors",
         RuleWith("generate: {apiVersion: v1, kind: Secret, name: a, namespace: b, data: {\"+(a)\": b}}"),
         "path: spec.rules[0].generate.data.//+(a).: anchors not supported on generate resources: "
         "unsupported anchor "
         "+(a)"},
        {"GenerateWhatMatches",
         "  rules: [{name: r, match: {resources: {kinds: [Secret]}}, generate: {apiVersion: v1, kind: "
         "Secret, name: a, "
         "namespace: b, data: {}}}]\n",
         "generation kind and match resource kind should not be the same"},
    }),
    NameOfRow);

INSTANTIATE_TEST_SUITE_P(
    VerifyImages, CheckTest,
    ::testing::ValuesIn<CheckCase>({
        {"AuditAndMutate", Verifying("{imageReferences: [\"*\"]}"),
         "spec.rules[0].verifyImages[0].mutateDigest: Invalid value: true: mutateDigest must be set to false "
         "for "
         "‘Audit’ failure action"},
        {"NoReference", Verifying("{mutateDigest: false}"),
         "spec.rules[0].verifyImages[0]: Invalid value: "
         "{\"mutateDigest\":false,\"verifyDigest\":true,\"validate\":{},\"required\":true,\"useCache\":true}:"
         " An image reference is required"},
        {"Valid",
         Verifying("{imageReferences: [\"*\"], failureAction: Enforce, attestors: [{entries: [{keys: "
                   "{publicKeys: k}}]}]}"),
         ""},
        {"Count",
         Verifying(
             "{imageReferences: [\"*\"], failureAction: Enforce, attestors: [{count: 2, entries: [{keys: "
             "{kms: k}}]}]}"),
         "spec.rules[0].verifyImages[0].attestors[0]: Invalid value: "
         "{\"count\":2,\"entries\":[{\"keys\":{\"signatureAlgorithm\":\"sha256\",\"kms\":\"k\"},"
         "\"signatureAlgorithm\":\"sha256\"}]}: Count cannot exceed length of entries"},
        {"NoEntry", Verifying("{imageReferences: [\"*\"], failureAction: Enforce, attestors: [{}]}"),
         "spec.rules[0].verifyImages[0].attestors[0]: Invalid value: {}: An entry is required"},
        {"NoKind",
         Verifying("{imageReferences: [\"*\"], failureAction: Enforce, attestors: [{entries: [{}]}]}"),
         "spec.rules[0].verifyImages[0].attestors[0].entries[0]: Invalid value: "
         "{\"signatureAlgorithm\":\"sha256\"}: keys, certificates, keyless, or a nested attestor is "
         "required"},
        {"Algorithm",
         Verifying("{imageReferences: [\"*\"], failureAction: Enforce, attestors: [{entries: [{keys: "
                   "{publicKeys: k, signatureAlgorithm: md5}}]}]}"),
         "spec.rules[0].verifyImages[0].attestors[0].entries[0].keys: Invalid value: "
         "{\"publicKeys\":\"k\",\"signatureAlgorithm\":\"md5\"}: Invalid signature algorithm provided"},
        {"Keyless",
         Verifying(
             "{imageReferences: [\"*\"], failureAction: Enforce, attestors: [{entries: [{keyless: {}}]}]}"),
         "spec.rules[0].verifyImages[0].attestors[0].entries[0].keyless: Invalid value: {}: Either Rekor URL "
         "or roots "
         "are required"},
        {"Nested",
         Verifying("{imageReferences: [\"*\"], failureAction: Enforce, attestors: [{entries: [{attestor: "
                   "{entries: [{certificates: {}}]}}]}]}"),
         "spec.rules[0].verifyImages[0].attestors[0].entries[0].attestor.entries[0].certificates: Invalid "
         "value: {}: "
         "cert or certChain required"},
        {"OldIssuerWithoutRoots", Verifying("{image: \"*\", failureAction: Enforce, issuer: a, subject: b}"),
         "spec.rules[0].verifyImages[0].attestors[0].entries[0].keyless: Invalid value: "
         "{\"issuer\":\"a\",\"subject\":\"b\"}: Either Rekor URL or roots are required"},
        {"Notary",
         Verifying("{imageReferences: [\"*\"], failureAction: Enforce, type: Notary, attestors: [{entries: "
                   "[{keys: {publicKeys: k}}]}]}"),
         "spec.rules[0].verifyImages[0].attestors: Invalid value: "
         "{\"failureAction\":\"Enforce\",\"type\":\"Notary\",\"imageReferences\":[\"*\"],\"attestors\":[{"
         "\"entries\":[{\"keys\":{\"publicKeys\":\"k\",\"signatureAlgorithm\":\"sha256\"},"
         "\"signatureAlgorithm\":\"sha256\"}]}],\"mutateDigest\":true,\"verifyDigest\":true,\"validate\":{},"
         "\"required\":true,\"useCache\":true}: Keys field is not allowed for type notary"},
    }),
    NameOfRow);

}  // namespace
}  // namespace ephor::policy
