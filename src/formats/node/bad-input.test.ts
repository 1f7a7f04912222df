import { expect, it } from 'vitest';
import { parseBunLock } from './bun-lock.ts';
import { parseDenoJson } from './deno-json.ts';
import { parseDenoLock } from './deno-lock.ts';
import type { Lockfile } from './lockfile.ts';
import { parsePackageLock } from './package-lock.ts';
import { parsePnpmLock } from './pnpm-lock.ts';
import { parseYarnLock } from './yarn-lock.ts';

const readers: readonly (readonly [name: string, read: (content: Buffer) => Lockfile])[] = [
  ['package-lock.json', parsePackageLock],
  ['yarn.lock', (content) => parseYarnLock(content.toString())],
  ['pnpm-lock.yaml', (content) => parsePnpmLock(content.toString())],
  ['bun.lock', parseBunLock],
  ['deno.lock', parseDenoLock],
  ['deno.json', parseDenoJson],
];
const others = ['', 'x', '\0', '[]', '[{"a": 1}]', '"text"', 'null', '5', '<xml/>', '{"a": ', 'PK\u0003\u0004'];

it.each(readers)('the reader of %s says what is wrong with what is something else', (_, read) => {
  for (const text of others) {
    const { packages, fault } = read(Buffer.from(text));
    expect(packages, text).toEqual([]);
    expect(fault, text).toBeDefined();
  }
});

it('takes keys of prototypes for data', () => {
  const entry = '{"version": "1.0.0", "dependencies": {"__proto__": "1"}}';
  const { packages } = parsePackageLock(
    Buffer.from(`{"packages": {"node_modules/__proto__": ${entry}, "__proto__": {"version": "1"}}}`),
  );

  for (const { name, version } of packages) expect([name, typeof version]).toEqual(['__proto__', 'string']);
  expect(({} as Record<string, unknown>)['version']).toBeUndefined();
});
