// This file is laid into Go's own text/template/parse by tools/test-lexer, so that it sees the lexer itself.
package parse

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

var (
	mutants = flag.Uint64("mutants", 3000, "how many mutants are made")
	seed    = flag.Uint64("seed", 1, "which ones")
	only    = flag.Int64("only", -1, "the number of the one mutant to look at")
	below   = flag.String("templates", os.Getenv("PIN_TEST_TEMPLATES"), "folders with templates, with : between them")
)

// answer is what the plugin reads in a text: null for what it refuses.
type answer struct {
	Tokens []string // as the lexer names them
	Calls  []string // of functions, of what is a template
	Made   []string // what helm gets of it; first what is added
}

// TestLexer: the plugin finds the tokens that Go finds, and the calls in all that Go parses; and Go parses what the
// plugin makes of it.
func TestLexer(t *testing.T) {
	plugin := start(t)
	texts := templates(t)
	var accepted, refused, left int
	look := func(what, text string) {
		found := plugin.read(t, text)
		tokens := tokensOf(text)
		if !slices.Equal(tokens, found.Tokens) || (tokens == nil) != (found.Tokens == nil) {
			t.Errorf("%s: other tokens in %q:\n%q\n%q", what, text, tokens, found.Tokens)
			return
		}
		calls, err := callsOf(text)
		switch {
		case err == nil && found.Calls == nil:
			t.Errorf("%s: Go reads what we refuse: %q", what, text)
		case err == nil && !slices.Equal(calls, found.Calls):
			t.Errorf("%s: other calls in %q:\n%q\n%q", what, text, calls, found.Calls)
		case err == nil:
			accepted++
			for _, made := range found.Made {
				if _, err := callsOf(made); err != nil {
					t.Errorf("%s: Go reads it, but not what is made of it: %v:\n%q\n%q", what, err, text, made)
				}
			}
		case found.Calls != nil:
			// Helm says why: the parser looks at more than is looked at here. It must not read what is made of it.
			left++
			refuses := func(made string) bool { _, err := callsOf(made); return err != nil }
			if len(found.Made) > 0 && !slices.ContainsFunc(found.Made[1:], refuses) {
				t.Errorf("%s: Go reads what is made of what it refuses: %v:\n%q\n%q", what, err, text, found.Made[1:])
			}
		default:
			refused++
		}
	}
	if *only < 0 {
		for name, text := range texts {
			look(name, text)
		}
		if refused+left > 0 {
			t.Logf("%d of the templates are none to Go", refused+left)
		}
	}
	all := make([]string, 0, len(texts))
	for _, text := range texts {
		all = append(all, text)
	}
	slices.Sort(all)
	for number := range *mutants {
		if *only >= 0 && number != uint64(*only) {
			continue
		}
		look(fmt.Sprint("mutant ", number), mutant(all, rand.New(rand.NewPCG(*seed, number))))
	}
	t.Logf("%d templates, %d mutants (seed %d): %d read alike, %d refused by both, %d left to helm", len(texts), *mutants, *seed, accepted, refused, left)
	if *only < 0 && *mutants > 1000 && (uint64(accepted) < *mutants/10 || uint64(refused) < *mutants/10) {
		t.Error("the mutants show nothing: nearly all are read, or nearly all refused")
	}
}

// templates are the files below the given folders in which an action can stand.
func templates(t *testing.T) map[string]string {
	texts, known := map[string]string{}, map[string]bool{}
	for _, folder := range filepath.SplitList(*below) {
		err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || !entry.Type().IsRegular() {
				return err
			}
			data, err := os.ReadFile(path)
			if err == nil && len(data) < 1<<20 && utf8.Valid(data) && strings.Contains(string(data), "{{") && !known[string(data)] {
				texts[path] = string(data)
				known[string(data)] = true
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(texts) < 50 {
		t.Fatalf("only %d templates below %s", len(texts), *below)
	}
	return texts
}

var names = map[itemType]string{
	itemBool: "bool", itemChar: "char", itemCharConstant: "charConstant", itemComment: "comment", itemComplex: "complex",
	itemAssign: "assign", itemDeclare: "declare", itemField: "field", itemIdentifier: "identifier",
	itemLeftDelim: "leftDelim", itemLeftParen: "leftParen", itemNumber: "number", itemPipe: "pipe",
	itemRawString: "rawString", itemRightDelim: "rightDelim", itemRightParen: "rightParen", itemSpace: "space",
	itemString: "string", itemText: "text", itemVariable: "variable", itemBlock: "block", itemBreak: "break",
	itemContinue: "continue", itemDot: "dot", itemDefine: "define", itemElse: "else", itemEnd: "end", itemIf: "if",
	itemNil: "nil", itemRange: "range", itemTemplate: "template", itemWith: "with",
}

// tokensOf are the tokens that Go's lexer finds; nil if it refuses the text.
func tokensOf(text string) []string {
	lexer := lex("", text, "", "")
	lexer.options = lexOptions{emitComment: true, breakOK: true, continueOK: true}
	found := []string{}
	for {
		switch item := lexer.nextItem(); item.typ {
		case itemEOF:
			return found
		case itemError:
			return nil
		default:
			found = append(found, fmt.Sprintf("%s:%d-%d", names[item.typ], item.pos, int(item.pos)+len(item.val)))
		}
	}
}

// call is one use of a function's name, and the byte at which it begins.
type call struct {
	at   Pos
	line string
}

// callsOf are the uses of functions in what Go's parser makes of a text.
func callsOf(text string) ([]string, error) {
	tree := New("")
	tree.Mode = SkipFuncCheck
	trees := map[string]*Tree{}
	if _, err := tree.Parse(text, "", "", trees); err != nil {
		return nil, err
	}
	// Of a text with nothing in it Go keeps no tree.
	if trees[""] == nil {
		trees[""] = tree
	}
	var calls []call
	for name, tree := range trees {
		walk(tree.Root, name, &calls)
	}
	slices.SortFunc(calls, func(a, b call) int { return int(a.at - b.at) })
	lines := []string{}
	for _, call := range calls {
		lines = append(lines, call.line)
	}
	return lines, nil
}

func walk(node Node, body string, calls *[]call) {
	switch node := node.(type) {
	case *ListNode:
		if node != nil {
			for _, inner := range node.Nodes {
				walk(inner, body, calls)
			}
		}
	case *ActionNode:
		walkPipe(node.Pipe, body, calls)
	case *TemplateNode:
		walkPipe(node.Pipe, body, calls)
	case *IfNode:
		walkBranch(&node.BranchNode, body, calls)
	case *RangeNode:
		walkBranch(&node.BranchNode, body, calls)
	case *WithNode:
		walkBranch(&node.BranchNode, body, calls)
	}
}

func walkBranch(node *BranchNode, body string, calls *[]call) {
	walkPipe(node.Pipe, body, calls)
	walk(node.List, body, calls)
	walk(node.ElseList, body, calls)
}

func walkPipe(pipe *PipeNode, body string, calls *[]call) {
	if pipe == nil {
		return
	}
	for number, command := range pipe.Cmds {
		for index, argument := range command.Args {
			form := "operand"
			if index == 0 {
				form = fmt.Sprint(len(command.Args)-1, " ", min(number, 1))
			}
			if chain, ok := argument.(*ChainNode); ok {
				argument, form = chain.Node, "operand"
			}
			switch argument := argument.(type) {
			case *IdentifierNode:
				line := fmt.Sprintf("%d %s %s %s", argument.Pos, argument.Ident, form, quoted(body))
				*calls = append(*calls, call{argument.Pos, line})
			case *PipeNode:
				walkPipe(argument, body, calls)
			}
		}
	}
}

// quoted is a name as the plugin writes it: in JSON, which both know.
func quoted(name string) string {
	text, err := json.Marshal(name)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// pieces are put into mutants.
var pieces = []string{
	"{{", "}}", "{{-", "-}}", "{{- ", " -}}", "{{ -", "- }}", "{{-\n", "\t-}}", "{{/*", "*/}}", "{{- /*", "*/ -}}", "/*", "*/",
	"\"", "`", "'", "\\", "\\\"", "\\n", "'\\''", "(", ")", "|", ":=", "=", ":", ",", ".", "..", "$", "$x", ".x", "$.x", "(.).x",
	" ", "\n", "\r\n", "\t", "\x00", "\x7f", "\u00a0", "\ufeff", "é", "ß", "٣", "ʰ", "Ⅷ", "_", "#", "@", "%", "{", "}", "-", "+",
	"0x1p-2", "0b1", "0o7", "1e3", "1i", "1+2i", "0_1", ".5", "5.", "08", "1_", "nil", "true", "false", "now", "randAlpha 8",
	"{{end}}", "{{else}}", "{{else if x}}", "{{else with x}}", "{{if x}}", "{{range x}}", "{{range $i, $e := x}}", "{{with $x := y}}",
	"{{define `x`}}", "{{define \"x\"}}", "{{block `y` .}}", "{{template `x` .}}", "{{break}}", "{{continue}}", "{{ break }}",
	"{{include \"b\" .}}", "{{tpl .a .}}", "{{x|y z}}", "{{(x).y}}", "{{x.y z}}", "{{$a:=x}}", "{{$a=x}}", "{{x (y z)}}", "{{x}}",
}

// mutant is a part of one of the texts, with some changes.
func mutant(texts []string, random *rand.Rand) string {
	part := func(longest int) string {
		text := texts[random.IntN(len(texts))]
		from := random.IntN(len(text))
		if random.IntN(3) > 0 {
			// Where an action begins it is more often a template.
			if at := strings.Index(text[from:], "{{"); at >= 0 {
				from += at
			}
		}
		return text[from:min(len(text), from+1+random.IntN(longest))]
	}
	text := part(400)
	for range random.IntN(4) {
		at := random.IntN(len(text) + 1)
		until := min(len(text), at+random.IntN(8))
		switch random.IntN(5) {
		case 0:
			text = text[:at] + text[until:]
		case 1:
			text = text[:at] + text[at:until] + text[at:]
		case 2:
			text = text[:at] + part(60) + text[at:]
		default:
			text = text[:at] + pieces[random.IntN(len(pieces))] + text[until:]
		}
	}
	if random.IntN(2) > 0 {
		text = closed(text)
	}
	return strings.ToValidUTF8(text, "")
}

// closed is a text with an end for each block that is open in it, and without what Go would not read.
func closed(text string) string {
	if at := strings.LastIndex(text, "{{"); at > strings.LastIndex(text, "}}") {
		text = text[:at]
	}
	for range 12 {
		_, err := callsOf(text)
		if err == nil {
			return text
		}
		if !strings.Contains(err.Error(), "unexpected EOF") {
			return text
		}
		text += "{{end}}"
	}
	return text
}

// plugin is the process that reads as the plugin does.
type plugin struct {
	in  io.Writer
	out *bufio.Reader
}

func start(t *testing.T) *plugin {
	command := exec.Command(os.Getenv("PIN_TEST_READ"))
	command.Stderr = os.Stderr
	in, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		if err := command.Wait(); err != nil {
			t.Error(err)
		}
	})
	return &plugin{in, bufio.NewReader(out)}
}

func (p *plugin) read(t *testing.T, text string) answer {
	length := binary.LittleEndian.AppendUint32(nil, uint32(len(text)))
	if _, err := p.in.Write(append(length, text...)); err != nil {
		t.Fatal(err)
	}
	line, err := p.out.ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	var found answer
	if err := json.Unmarshal(line, &found); err != nil {
		t.Fatal(err)
	}
	return found
}
