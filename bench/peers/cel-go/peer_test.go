// The expressions of bench/corpus/cel-expressions.txt on the same Pod with the reference's CEL library, for comparison
// with bench/cel.cc. Run in this folder: go test -bench .
package peer

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/ext"
)

type expression struct{ name, text string }

func expressions(b *testing.B) []expression {
	data, err := os.ReadFile("../../corpus/cel-expressions.txt")
	if err != nil {
		b.Fatal(err)
	}
	var list []expression
	for _, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
		name, text, _ := strings.Cut(line, "\t")
		list = append(list, expression{name, text})
	}
	return list
}

func environment(b *testing.B) *cel.Env {
	env, err := cel.NewEnv(cel.Variable("object", cel.DynType), cel.OptionalTypes(), ext.Strings(), ext.Lists(),
		cel.CrossTypeNumericComparisons(true))
	if err != nil {
		b.Fatal(err)
	}
	return env
}

func pod(b *testing.B) map[string]any {
	data, err := os.ReadFile("../../corpus/pod-create-3kb.json")
	if err != nil {
		b.Fatal(err)
	}
	var review map[string]any
	if err := json.Unmarshal(data, &review); err != nil {
		b.Fatal(err)
	}
	return review["request"].(map[string]any)["object"].(map[string]any)
}

func compile(b *testing.B, env *cel.Env, text string) cel.Program {
	ast, issues := env.Compile(text)
	if issues.Err() != nil {
		b.Fatal(issues.Err())
	}
	program, err := env.Program(ast, cel.EvalOptions(cel.OptOptimize), cel.CostLimit(1000000))
	if err != nil {
		b.Fatal(err)
	}
	return program
}

func BenchmarkEvaluate(b *testing.B) {
	env := environment(b)
	variables := map[string]any{"object": pod(b)}
	for _, e := range expressions(b) {
		b.Run(e.name, func(b *testing.B) {
			program := compile(b, env, e.text)
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := program.Eval(variables); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCompile(b *testing.B) {
	env := environment(b)
	for _, e := range expressions(b) {
		b.Run(e.name, func(b *testing.B) {
			for b.Loop() {
				compile(b, env, e.text)
			}
		})
	}
}
