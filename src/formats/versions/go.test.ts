import { writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { differences, isThere, type NativeOrder } from '../../../test/support/native-order.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { describeVersionScheme } from '../../../test/support/version-conformance.ts';
import { goVersions } from './go.ts';

const number = fc.constantFrom('0', '1', '2', '9', '10', '20');
const identifier = fc.constantFrom('0', '1', '10', 'a', 'rc', 'pre', '20240102150405-abcdef123456', '-');
const identifiers = fc.array(identifier, { minLength: 1, maxLength: 3 }).map((all) => all.join('.'));
const prerelease = fc.oneof(
  fc.constant(''),
  identifiers.map((all) => `-${all}`),
);
const build = fc.constantFrom('', '', '+incompatible', '+dirty', '+meta.1');
const modules = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(number, number, number, prerelease, build)
      .map(([a, b, c, pre, meta]) => `v${a}.${b}.${c}${pre}${meta}`),
  },
  fc.array(number, { minLength: 1, maxLength: 3 }).map((numbers) => `v${numbers.join('.')}`),
);
/** Releases of Go; the first of a minor version has been called `go1.N.0` since 1.21. */
const toolchains = fc
  .tuple(fc.constantFrom('21', '22', '23'), fc.constantFrom('.0', '.1', '.10', 'rc1', 'rc2', 'rc10', 'beta1'))
  .map(([minor, rest]) => `go1.${minor}${rest}`);

describeVersionScheme({
  scheme: goVersions,
  oracle: path.join(import.meta.dirname, 'fixtures/go.txt'),
  versions: fc.oneof(
    { weight: 3, arbitrary: modules },
    toolchains,
    modules.map((version) => version.slice(1)),
  ),
  invalid: [
    '',
    'v',
    'go',
    '(devel)',
    'devel go1.24-abcdef',
    'latest',
    'master',
    'v1.2.3.4',
    'v01.2.3',
    'v1.2.3-01',
    'v1-pre',
    'v1.2+meta',
    'v1.2.3-',
    'v1.2.3+',
    'v1.2.3-a..b',
    'V1.2.3',
    'go1.22rc',
    'go1.22.1rc1',
    'go1.22foo1',
    'go1.22rc1x',
    'gopher',
    ' v1.0.0',
  ],
});

describe('go versions', () => {
  it('pitfall 17: order pseudo-versions by their date, and builds not at all', () => {
    const versions = ['v0.0.0-20240102150405-ffffffffffff', 'v0.0.0-20231231235959-000000000000', 'v0.0.1', 'v0.0.0'];

    expect(versions.sort(goVersions.compare)).toEqual([
      'v0.0.0-20231231235959-000000000000',
      'v0.0.0-20240102150405-ffffffffffff',
      'v0.0.0',
      'v0.0.1',
    ]);
    expect(goVersions.compare('v2.0.0+incompatible', '2.0.0')).toBe(0);
    expect(goVersions.compare('go1.22.3', '1.22.3')).toBe(0);
  });
});

const program = `package main

import (
	"bufio"
	"fmt"
	"go/version"
	"os"
	"strings"

	"golang.org/x/mod/semver"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for lines.Scan() {
		a, b, _ := strings.Cut(lines.Text(), " ")
		if strings.HasPrefix(a, "go") {
			fmt.Fprintln(out, version.Compare(a, b))
			continue
		}
		if !strings.HasPrefix(a, "v") {
			a, b = "v"+a, "v"+b
		}
		if semver.IsValid(a) && semver.IsValid(b) {
			fmt.Fprintln(out, semver.Compare(a, b))
		} else {
			fmt.Fprintln(out, "invalid")
		}
	}
}
`;

describe('go versions against golang.org/x/mod/semver and go/version', () => {
  const file = path.join(temporaryFolder(), 'order.go');
  writeFileSync(file, program);
  const go: NativeOrder = {
    command: 'go',
    args: ['run', file],
    environment: { GO111MODULE: 'off', GOPATH: '/usr/share/gocode', GOFLAGS: '' },
  };
  const there = isThere(go);
  beforeEach((context) => context.skip(!there, 'go or golang.org/x/mod is not installed'));

  it('agree on 5,000 pairs of modules and of releases', () => {
    const broken = fc.constantFrom('v1.2.3.4', 'v01.0.0', 'v1.0.0-01', 'v1-a', 'v1.0.0-a..b', 'v1.0.0+', 'v');
    const module = fc.oneof({ weight: 9, arbitrary: modules }, broken);
    const pairs = fc.sample(
      fc.oneof({ weight: 4, arbitrary: fc.tuple(module, module) }, fc.tuple(toolchains, toolchains)),
      {
        numRuns: 5000,
        seed: 20_260_801,
      },
    );

    expect(differences(go, pairs, goVersions.compare)).toEqual([]);
  });
});
