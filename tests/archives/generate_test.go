// Package archives holds the plugin's reader of chart archives against Go's and helm's.
package archives

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

const blockSize = 512

// generator makes archives, the same for the same seed: honest ones, such as tools write, and such as nobody writes.
type generator struct {
	*rand.Rand
}

func newGenerator(seed, number uint64) *generator {
	return &generator{rand.New(rand.NewPCG(seed, number))}
}

// chance is true in one of n cases.
func (g *generator) chance(n int) bool { return g.IntN(n) == 0 }

func pick[T any](g *generator, items ...T) T { return items[g.IntN(len(items))] }

// archive makes one, depth archives deep in others.
func (g *generator) archive(depth int) []byte {
	var stream []byte
	if g.chance(3) {
		stream = g.written(depth)
	} else {
		stream = g.raw(depth)
	}
	if g.chance(3) {
		stream = g.damaged(stream)
	}
	return g.compressed(stream)
}

func (g *generator) name() string {
	long := pick(g, "templates/"+strings.Repeat("n", g.IntN(140)), strings.Repeat("d/", g.IntN(90))+"x", strings.Repeat("ü", g.IntN(100)))
	if !g.chance(15) {
		return "a/" + pick(g, "values.yaml", "values.schema.json", "templates/x.yaml", "templates/y.yaml", "templates/_z.tpl",
			"charts/b/Chart.yaml", "charts/b/templates/x.yaml", "charts/b-1.0.0.tgz", "charts/_c/x", "charts/.d.tgz",
			"charts/x.prov", ".helmignore", "ä☺", `back\slash`, "crds/c.yaml", "README.md", "templates/tests/t.yaml", long)
	}
	return pick(g, "a", "a", "b", ".", "..", "", "Chart.yaml", `a\b`) + "/" + pick(g, "Chart.yaml", "charts/e.tgz/x",
		"requirements.yaml", "./templates//x.yaml", "templates/../values.yaml", "../x", "/etc/passwd", "c:/x", "x\ty",
		"templates/", "", long)
}

func (g *generator) content(name string, depth int) []byte {
	switch {
	case strings.HasSuffix(name, ".tgz") && depth > 0:
		return g.archive(depth - 1)
	case strings.HasSuffix(name, "Chart.yaml"):
		return fmt.Appendf(nil, "apiVersion: v2\nname: %s\nversion: 1.0.%d\n", pick(g, "a", "b", "c"), g.IntN(9))
	case strings.HasSuffix(name, ".json"):
		return []byte(pick(g, "{}", `{"$ref": "file:///etc/passwd"}`, `{"type": "object"}`))
	case g.chance(9):
		return append([]byte("\xef\xbb\xbf"), "with: a mark"...)
	case g.chance(20):
		return bytes.Repeat([]byte{byte(g.IntN(256))}, g.IntN(3000))
	default:
		return []byte(pick(g, "", "a: 1\n", "{{ randAlphaNum 8 }}", strings.Repeat("line\n", g.IntN(200))))
	}
}

// chartFile comes first mostly: what is no chart shows less.
func (g *generator) names() []string {
	names := []string{}
	if !g.chance(12) {
		names = append(names, "a/Chart.yaml")
	}
	for range g.IntN(5) {
		names = append(names, g.name())
	}
	return names
}

// written is what Go's own writer makes.
func (g *generator) written(depth int) []byte {
	var out bytes.Buffer
	writer := tar.NewWriter(&out)
	for _, name := range g.names() {
		content := g.content(name, depth)
		header := &tar.Header{
			Name: name, Mode: pick[int64](g, 0o644, 0o755, 0o100644, 0o600), Size: int64(len(content)),
			Typeflag: tar.TypeReg, Format: pick(g, tar.FormatUnknown, tar.FormatUSTAR, tar.FormatPAX, tar.FormatGNU),
			ModTime: time.Unix(g.Int64N(1<<33), g.Int64N(1e9)), Uid: g.IntN(1 << 22), Uname: pick(g, "", "root", "jürgen"),
		}
		if g.chance(8) {
			header.Typeflag = pick[byte](g, tar.TypeDir, tar.TypeSymlink, tar.TypeLink, tar.TypeFifo, tar.TypeXGlobalHeader)
			header.Linkname, header.Size, content = "x", 0, nil
		}
		if g.chance(6) && header.Format != tar.FormatUSTAR && header.Format != tar.FormatGNU {
			header.PAXRecords = map[string]string{pick(g, "comment", "SCHILY.xattr.user.x", "LIBARCHIVE.creationtime"): "v"}
		}
		if writer.WriteHeader(header) == nil {
			_, _ = writer.Write(content)
		}
	}
	_ = writer.Close()
	return out.Bytes()
}

// raw puts headers together of what different dialects have, right and wrong.
func (g *generator) raw(depth int) []byte {
	var out []byte
	for _, name := range g.names() {
		for g.chance(12) {
			out = append(out, g.extension()...)
		}
		content := g.content(name, depth)
		if len(name) > 100 && !g.chance(4) {
			// As GNU tar and Python write it: in the header the name is cut off, maybe behind a slash.
			flag, long := byte('L'), name+"\x00"
			if g.chance(2) {
				flag, long = 'x', record("path", name)
			}
			out = append(append(out, g.header("././@LongLink", flag, len(long))...), padded([]byte(long))...)
		}
		out = append(out, g.header(name, g.flag(), len(content))...)
		out = append(out, padded(content)...)
	}
	if g.chance(40) {
		out = append(out, g.extension()...)
	}
	blocks := pick(g, 2, 2, 2, 2, 1, 0, 20)
	out = append(out, make([]byte, blocks*blockSize)...)
	if g.chance(40) {
		out = append(out, pick(g, []byte("x"), make([]byte, 100), g.header("a/late", '0', 0))...)
	}
	return out
}

func (g *generator) flag() byte {
	if g.chance(20) {
		return pick[byte](g, '5', '7', '1', 'S', 'A')
	}
	return pick[byte](g, '0', '0', 0)
}

// extension is a header for the entry behind it.
func (g *generator) extension() []byte {
	var content []byte
	flag := pick[byte](g, 'x', 'x', 'x', 'g', 'L', 'K')
	if flag == 'L' || flag == 'K' {
		content = []byte(g.name() + pick(g, "\x00", "", "\x00x", "\x00\x00"))
	} else {
		for range 1 + g.IntN(2) {
			key := pick(g, "path", "path", "path", "comment", "mtime", "size", "linkpath", "uid", "GNU.sparse.name",
				"GNU.sparse.major", "SCHILY.xattr.a", "uname", "")
			value := pick(g, g.name(), "1", "12.5", "", "-1", "x\x00y", "1\n")
			content = append(content, record(key, value)...)
			if g.chance(12) {
				content[0] = pick[byte](g, '0', '+', '9', ' ')
			}
		}
	}
	return append(g.header("x", flag, len(content)), padded(content)...)
}

func record(key, value string) string {
	length := len(key) + len(value) + 3
	for {
		text := fmt.Sprintf("%d %s=%s\n", length, key, value)
		if len(text) == length {
			return text
		}
		length = len(text)
	}
}

func padded(content []byte) []byte {
	return append(content, make([]byte, -len(content)&(blockSize-1))...)
}

func (g *generator) header(name string, flag byte, size int) []byte {
	block := make([]byte, blockSize)
	number := func(at, length int, value int64) {
		field := block[at : at+length]
		switch {
		case g.chance(200):
			// As bytes.
			field[0] = 0x80
			for i := length - 1; i > 0; i-- {
				field[i] = byte(value)
				value >>= 8
			}
		case g.chance(200):
			copy(field, pick(g, "-1", "x", "1 2", "", " 17", "0x1f"))
		default:
			copy(field, fmt.Sprintf(pick(g, "%0*o\x00", "%0*o\x00", "%0*o\x00", "%*o ", "%*o\x00"), length-1, value))
		}
	}
	copy(block[:100], name)
	number(100, 8, pick[int64](g, 0o644, 0o644, 0o755, 0o755, 0o100644, 0o100644, 0o100644, 0o600, 0o640, 0o777, 0o664, 0, 0o40755, 0o120777))
	number(108, 8, 0)
	number(116, 8, 0)
	number(124, 12, int64(size))
	number(136, 12, g.Int64N(1<<31))
	block[156] = flag
	if flag == '1' {
		copy(block[157:], "a/target")
	}
	copy(block[257:], pick(g, "ustar\x0000", "ustar\x0000", "ustar\x0000", "ustar\x0000", "ustar\x0000",
		"ustar  \x00", "ustar  \x00", "ustar  \x00", "ustar  \x00", "", "", "", "ustar\x0011", "ustar\x00", "ustar"))
	if g.chance(25) {
		copy(block[345:], pick(g, "top", "a", strings.Repeat("p", 140), "00000000001", "x\x00y"))
	}
	if g.chance(60) {
		copy(block[508:], "tar\x00")
	}
	if g.chance(100) {
		block[157+g.IntN(355)] = byte(g.IntN(256))
	}
	sum(block)
	if g.chance(300) {
		block[148+g.IntN(8)] = byte(g.IntN(256))
	}
	return block
}

// sum makes a header's sum right.
func sum(block []byte) {
	copy(block[148:156], "        ")
	total := 0
	for _, b := range block {
		total += int(b)
	}
	copy(block[148:156], fmt.Sprintf("%06o\x00 ", total))
}

// damaged has other bytes here and there, blocks that are gone or stand twice, and sums that are right again.
func (g *generator) damaged(stream []byte) []byte {
	stream = bytes.Clone(stream)
	for range 1 + g.IntN(3) {
		blocks := len(stream) / blockSize
		if blocks == 0 {
			return stream
		}
		at := g.IntN(blocks) * blockSize
		block := stream[at : at+blockSize]
		switch g.IntN(6) {
		case 0:
			stream = append(stream[:at:at], stream[at+blockSize:]...)
		case 1:
			stream = append(stream[:at:at], append(bytes.Clone(block), stream[at:]...)...)
		case 2:
			stream = stream[:at+g.IntN(blockSize)]
		default:
			for range 1 + g.IntN(4) {
				// Where the fields are.
				field := pick(g, 0, 100, 124, 136, 156, 257, 263, 329, 345, 482, 500)
				block[(field+g.IntN(12))%blockSize] = pick(g, byte(g.IntN(256)), '0', 0, ' ', '/')
			}
			if bytes.HasPrefix(block[257:], []byte("ustar")) || g.chance(2) {
				sum(block)
			}
		}
	}
	return stream
}

func (g *generator) compressed(stream []byte) []byte {
	var out bytes.Buffer
	member := func(stream []byte) {
		writer, _ := gzip.NewWriterLevel(&out, pick(g, gzip.NoCompression, gzip.BestSpeed, gzip.BestCompression, gzip.HuffmanOnly))
		if g.chance(5) {
			writer.Name, writer.Comment, writer.Extra = "chart.tar", pick(g, "", "made by nobody"), pick(g, nil, []byte("AB"))
		}
		_, _ = writer.Write(stream)
		_ = writer.Close()
	}
	if g.chance(25) {
		middle := g.IntN(len(stream) + 1)
		member(stream[:middle])
		member(stream[middle:])
	} else {
		member(stream)
	}
	if g.chance(40) {
		out.WriteString(pick(g, "\x00", "trailing", "\x1f\x8b"))
	}
	packed := out.Bytes()
	if g.chance(25) {
		packed[g.IntN(min(len(packed), 30))] ^= byte(1 << g.IntN(8))
	}
	if g.chance(60) {
		packed = packed[:g.IntN(len(packed))]
	}
	return packed
}
