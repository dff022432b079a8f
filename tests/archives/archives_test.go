package archives

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	chart3 "helm.sh/helm/v3/pkg/chart"
	loader3 "helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v4/pkg/chart/loader/archive"
	chart4 "helm.sh/helm/v4/pkg/chart/v2"
	loader4 "helm.sh/helm/v4/pkg/chart/v2/loader"
)

var (
	count = flag.Uint64("archives", 5000, "how many archives are made")
	seed  = flag.Uint64("seed", 1, "which ones")
	only  = flag.Int64("only", -1, "the number of the one archive to look at")
)

// TestArchives: what helm gets of a subchart's archive is what its own loaders read in that, or we refuse it.
func TestArchives(t *testing.T) {
	log.SetOutput(io.Discard)
	plugin := start(t)
	var read, refused, honest int
	reasons := map[string]int{}
	for number := range *count {
		if *only >= 0 && number != uint64(*only) {
			continue
		}
		given := newGenerator(*seed, number).archive(1)
		written, message := plugin.rewrite(t, given)
		_, err := archive.LoadArchiveFiles(bytes.NewReader(given))
		if message != "" {
			refused++
			if err == nil {
				honest++
				reasons[reason(message)]++
			}
			continue
		}
		read++
		if err != nil {
			t.Errorf("archive %d: we read what helm does not: %v", number, err)
			continue
		}
		if problem := compare(given, written); problem != "" {
			t.Errorf("archive %d: %s", number, problem)
		}
	}
	t.Logf("%d archives (seed %d): %d read alike, %d refused, of which helm reads %d", *count, *seed, read, refused, honest)
	for reason, count := range reasons {
		t.Logf("%6d  %s", count, reason)
	}
	if *only < 0 && (uint64(read) < *count/20 || uint64(refused) < *count/20) {
		t.Error("the archives show nothing: nearly all are read, or nearly all refused")
	}
}

// reason is what a message says, without names.
func reason(message string) string {
	if i := strings.Index(message, "helm package`: "); i >= 0 {
		return message[i+len("helm package`: "):]
	}
	if i := strings.LastIndex(message, "\", "); i >= 0 {
		message = message[i+3:]
	} else if i := strings.Index(message, "which is "); i >= 0 {
		message = message[i:]
	} else if i := strings.Index(message, "of the chart"); i >= 0 {
		message = message[i:]
	}
	return message
}

// compare says how the subchart in what we wrote differs from what both helms read in the given archive.
func compare(given, written []byte) string {
	if problem := checkPlain(written); problem != "" {
		return "what we wrote is not plain: " + problem
	}
	whole3, err := loader3.LoadArchive(bytes.NewReader(written))
	direct3, wanted := loader3.LoadArchive(bytes.NewReader(given))
	if problem := compareErrors(err, wanted); problem != "" {
		return "helm 3: " + problem
	}
	if err == nil && flat3(only1(whole3.Dependencies())) != flat3(direct3) {
		return "helm 3 reads other files"
	}
	whole4, err := loader4.LoadArchive(bytes.NewReader(written))
	direct4, wanted := loader4.LoadArchive(bytes.NewReader(given))
	if problem := compareErrors(err, wanted); problem != "" {
		return "helm 4: " + problem
	}
	if err == nil && flat4(only1(whole4.Dependencies())) != flat4(direct4) {
		return "helm 4 reads other files"
	}
	return ""
}

func compareErrors(found, wanted error) string {
	if (found == nil) != (wanted == nil) {
		return fmt.Sprintf("of what we wrote it says %v, of the archive %v", found, wanted)
	}
	return ""
}

func only1[C any](charts []*C) *C {
	if len(charts) != 1 {
		return nil
	}
	return charts[0]
}

type file struct {
	name string
	data []byte
}

func flat3(c *chart3.Chart) string {
	if c == nil {
		return "no chart"
	}
	var files []file
	for _, f := range c.Raw {
		files = append(files, file{f.Name, f.Data})
	}
	var below []string
	for _, d := range c.Dependencies() {
		below = append(below, flat3(d))
	}
	return flat(files, below)
}

func flat4(c *chart4.Chart) string {
	if c == nil {
		return "no chart"
	}
	var files []file
	for _, f := range c.Raw {
		files = append(files, file{f.Name, f.Data})
	}
	var below []string
	for _, d := range c.Dependencies() {
		below = append(below, flat4(d))
	}
	return flat(files, below)
}

// flat lists files and charts. The order of files in different directories is ours, and archives are compared by what
// is in them.
func flat(files []file, below []string) string {
	var lines []string
	for _, f := range files {
		dir, base, _ := strings.Cut(f.name, "/")
		isArchive := dir == "charts" && filepath.Ext(base) == ".tgz" && !strings.ContainsAny(base[:1], "_.") && !strings.Contains(base, "/")
		if isArchive {
			f.data = nil
		}
		lines = append(lines, fmt.Sprintf("%q %x", f.name, sha256.Sum256(f.data)))
	}
	slices.Sort(lines)
	slices.Sort(below)
	return fmt.Sprintf("%q %q", lines, below)
}

// subchart is the name of a file in an archive of ours that helm reads as an archive.
var subchart = regexp.MustCompile(`^chart/(charts/[^_./][^/]*/)*charts/[^_./][^/]*\.tgz$`)

// checkPlain looks at an archive of ours, and at those in it: one gzip member, plain headers, nothing behind the end.
func checkPlain(packed []byte) string {
	input := bytes.NewReader(packed)
	unpacked, err := gzip.NewReader(input)
	if err != nil {
		return err.Error()
	}
	unpacked.Multistream(false)
	stream, err := io.ReadAll(unpacked)
	if err != nil {
		return err.Error()
	}
	if input.Len() > 0 {
		return "something follows the gzip file"
	}
	rest := bytes.NewReader(stream)
	reader := tar.NewReader(rest)
	for {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err.Error()
		}
		delete(header.PAXRecords, "path")
		plain := header.Typeflag == tar.TypeReg && len(header.PAXRecords) == 0 && header.Mode == 0o644 && header.Linkname == ""
		if !plain || header.Format == tar.FormatGNU {
			return fmt.Sprintf("%q is of format %v", header.Name, header.Format)
		}
		content, err := io.ReadAll(reader)
		if err != nil {
			return err.Error()
		}
		if subchart.MatchString(header.Name) {
			if problem := checkPlain(content); problem != "" {
				return header.Name + ": " + problem
			}
		}
	}
	if rest.Len() > 0 {
		return "something follows the end"
	}
	return ""
}

// plugin is the process that reads and writes as the plugin does.
type plugin struct {
	in  io.Writer
	out *bufio.Reader
}

func start(t *testing.T) *plugin {
	command := exec.Command(os.Getenv("PIN_TEST_REWRITE"))
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

// rewrite returns what helm would get, or why the archive is refused.
func (p *plugin) rewrite(t *testing.T, given []byte) ([]byte, string) {
	length := binary.LittleEndian.AppendUint32(nil, uint32(len(given)))
	if _, err := p.in.Write(append(length, given...)); err != nil {
		t.Fatal(err)
	}
	head := make([]byte, 5)
	if _, err := io.ReadFull(p.out, head); err != nil {
		t.Fatal(err)
	}
	answer := make([]byte, binary.LittleEndian.Uint32(head[1:]))
	if _, err := io.ReadFull(p.out, answer); err != nil {
		t.Fatal(err)
	}
	if head[0] == 1 {
		return nil, string(answer)
	}
	return answer, ""
}
