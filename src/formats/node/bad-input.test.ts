import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseBunLock } from './bun-lock.ts';
import { importedPackages, parseDenoJson } from './deno-json.ts';
import { parseDenoLock } from './deno-lock.ts';
import type { Lockfile } from './lockfile.ts';
import { parsePackageLock } from './package-lock.ts';
import { parsePnpmLock } from './pnpm-lock.ts';
import { parseYarnLock } from './yarn-lock.ts';

interface Reader {
  readonly name: string;
  readonly read: (content: Buffer) => Lockfile;
  readonly sample: string;
  /** A source says nothing of its form, so that none is wrong. */
  readonly isAnyText?: boolean;
}

const entry = {
  version: '1.0.0',
  dev: true,
  license: 'MIT',
  integrity: 'sha1-x',
  dependencies: { b: '1' },
  requires: { b: '1' },
};
const readers: readonly Reader[] = [
  {
    name: 'package-lock.json 3',
    read: parsePackageLock,
    sample: JSON.stringify({
      name: 'boat',
      lockfileVersion: 3,
      packages: { '': { version: '1.0.0' }, 'node_modules/a': entry },
    }),
  },
  {
    name: 'package-lock.json 1',
    read: parsePackageLock,
    sample: JSON.stringify({
      lockfileVersion: 1,
      dependencies: { a: { ...entry, dependencies: { b: { version: '1.0.0' } } } },
    }),
  },
  {
    name: 'yarn.lock 1',
    read: (content) => parseYarnLock(content.toString()),
    sample: '# yarn lockfile v1\n\n"a@^1", b@^2:\n  version "1.0.0"\n  dependencies:\n    c "^1"\n',
  },
  {
    name: 'yarn.lock 8',
    read: (content) => parseYarnLock(content.toString()),
    sample:
      '__metadata:\n  version: 8\n\n"a@npm:^1":\n  version: 1.0.0\n  resolution: "a@npm:1.0.0"\n  dependencies:\n    b: "npm:^1"\n',
  },
  {
    name: 'pnpm-lock.yaml 6',
    read: (content) => parsePnpmLock(content.toString()),
    sample:
      "lockfileVersion: '6.0'\npackages:\n  /a@1.0.0(b@2.0.0):\n    resolution: {integrity: sha1-x}\n    dependencies:\n      b: 2.0.0\n",
  },
  {
    name: 'pnpm-lock.yaml 9',
    read: (content) => parsePnpmLock(content.toString()),
    sample:
      "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      a:\n        version: 1.0.0\npackages:\n  a@1.0.0: {}\nsnapshots:\n  a@1.0.0:\n    dependencies:\n      a: 1.0.0\n",
  },
  {
    name: 'bun.lock',
    read: parseBunLock,
    sample:
      '{"workspaces": {"": {"dependencies": {"a": "1"}}}, "packages": {"a": ["a@1.0.0", "", {"dependencies": {"a": "1"}}, "sha1-x"],}}',
  },
  {
    name: 'deno.lock',
    read: parseDenoLock,
    sample: '{"version": "4", "npm": {"a@1.0.0": {"dependencies": ["b"]}}, "remote": {}}',
  },
  {
    name: 'deno.json',
    read: parseDenoJson,
    sample: '{"imports": {"a": "npm:a@1"}, "scopes": {"x": {"a": "npm:a@1"}}} // x',
  },
  {
    name: 'a source',
    read: (content) => importedPackages(content.toString()),
    sample: 'import a from "npm:a@1.0.0";',
    isAnyText: true,
  },
];

/** What any answer must be, whatever was read. */
function expectSound({ packages }: Lockfile): void {
  for (const one of packages) {
    expect(one.name).not.toBe('');
    expect(typeof one.version).toBe('string');
    expect(one.version).not.toMatch(/\s/);
  }
}

describe.each(readers)('$name', ({ read, sample, isAnyText = false }) => {
  it('finds something in the sample, and nothing wrong', () => {
    expect(read(Buffer.from(sample)).fault).toBeUndefined();
    expect(read(Buffer.from(sample)).packages.length).toBeGreaterThan(0);
  });

  it('has an answer at every length, and says of nearly all that they are cut', () => {
    let silent = 0;
    for (let length = 0; length < sample.length; length++) {
      const found = read(Buffer.from(sample.slice(0, length)));
      expectSound(found);
      if (found.fault === undefined) silent++;
    }
    // JSON that is cut is no JSON, but for the comment behind it; of lines and of sources a part may be a whole.
    if (sample.startsWith('{')) expect(silent).toBeLessThanOrEqual(4);
  });

  it.skipIf(isAnyText)('says what is wrong with what is something else', () => {
    for (const text of [
      '',
      'x',
      '\0',
      '[]',
      '[{"a": 1}]',
      '"text"',
      'null',
      '5',
      '<xml/>',
      '{"a": ',
      'PK\u0003\u0004',
    ]) {
      const { packages, fault } = read(Buffer.from(text));
      expect(packages, text).toEqual([]);
      expect(fault, text).toBeDefined();
    }
  });

  it('has an answer when one character is another', () => {
    const signs = [...'{}[]":,\\0\n -@/#?\'', '\u{1F6A2}'];
    fc.assert(
      fc.property(fc.nat(sample.length), fc.constantFrom(...signs), (at, sign) => {
        expectSound(read(Buffer.from(sample.slice(0, at) + sign + sample.slice(at + 1))));
      }),
    );
  });

  it.runIf(sample.startsWith('{'))('has an answer for any value at any place', () => {
    const whole = JSON.parse(sample.replace(/,(?=[}\]])/g, '').replace(/ \/\/.*$/, '')) as object;
    const places = fields(whole);
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.jsonValue(), (place, value) => {
        const copy = structuredClone(whole);
        set(copy, place, value);
        expectSound(read(Buffer.from(JSON.stringify(copy))));
      }),
    );
  });

  it('takes keys of prototypes for data', () => {
    const text = sample.replaceAll(/\ba(?=[@"])/g, '__proto__');
    const { packages } = read(Buffer.from(text));

    expectSound({ packages });
    expect(({} as Record<string, unknown>)['version']).toBeUndefined();
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });

  it('needs little time and no stack for what is nested deeply', () => {
    const before = performance.now();
    for (const open of ['[', '{"a":', '{a: ', '- ', '(', '? ', '"', "'", '/*', 'a@', '@']) {
      expectSound(read(Buffer.from(open.repeat(300_000))));
      expectSound(read(Buffer.from(`{"packages": {"a": ${open.repeat(300_000)}`)));
      expectSound(read(Buffer.from(`lockfileVersion: 5.4\npackages:\n  /${open.repeat(300_000)}:\n    dev: true\n`)));
    }
    expect(performance.now() - before).toBeLessThan(15_000);
  });
});

function fields(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  const inner = Object.entries(value).flatMap(([key, one]) => fields(one, [...path, key]));
  return path.length === 0 ? inner : [path, ...inner];
}

function set(value: object, path: readonly string[], to: unknown): void {
  const parent = path
    .slice(0, -1)
    .reduce<Record<string, unknown>>((at, key) => at[key] as Record<string, unknown>, value as Record<string, unknown>);
  parent[path.at(-1)!] = to;
}
