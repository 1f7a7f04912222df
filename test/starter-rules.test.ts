import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openRules } from '../src/contents/yara/open-rules.ts';
import type { YaraMatch } from '../src/contents/yara/yara-rules.ts';
import { honestTexts } from './support/inert/honest.ts';
import { malwareSamples } from './support/inert/malware.ts';
import { pageSamples } from './support/inert/pages.ts';
import { phpSamples } from './support/inert/php.ts';
import type { InertSample } from './support/inert/sample.ts';
import { scriptSamples } from './support/inert/scripts.ts';
import { projectRoot, runProgram } from './support/run.ts';
import { temporaryFolder } from './support/temporary.ts';

const hasYara = (await runProgram('yara', ['--version']).catch(() => undefined))?.status === 0;

const types = ['elf', 'pe', 'mach-o', 'web', 'script', 'html', 'text', 'bytecode', 'class', 'archive', 'packed'].concat(
  ['document', 'picture', 'data'],
);

const Meta = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
    description: z.string().min(15).max(140),
    severity: z.enum(['low', 'medium', 'high', 'critical']),
    kind: z.enum(['malware', 'webshell', 'unwanted']),
    weight: z.enum(['certain', 'strong', 'weak']),
    family: z.string().optional(),
    trait: z.string().optional(),
    reference: z.url({ protocol: /^https$/ }),
    types: z.string().refine((text) => text.split(',').every((type) => types.includes(type))),
  })
  .refine(({ family, trait }) => (family === undefined) !== (trait === undefined));

interface Rule {
  readonly file: string;
  readonly name: string;
  readonly meta: Record<string, string>;
  readonly patterns: readonly string[];
}

const folder = path.join(projectRoot, 'starter/rules');
const texts = readdirSync(folder)
  .filter((name) => name.endsWith('.yar'))
  .map((file) => ({ file, text: readFileSync(path.join(folder, file), 'utf8') }));
const rules: readonly Rule[] = texts.flatMap(({ file, text }) =>
  text
    .split(/^rule /m)
    .slice(1)
    .map((source) => ({
      file,
      name: /^\w+/.exec(source)?.[0] ?? '',
      meta: Object.fromEntries([...source.matchAll(/^ {4}(\w+) = "(.*)"$/gm)].map(([, key, value]) => [key, value])),
      patterns: [...source.matchAll(/^ {4}\$\w+ = (.*)$/gm)].map(([, pattern]) => pattern ?? ''),
    })),
);
const samples: readonly InertSample[] = [...phpSamples, ...pageSamples, ...scriptSamples, ...malwareSamples];

const digest = createHash('sha256').update(JSON.stringify(texts)).digest('hex');
const compiled = openRules({ digest, read: () => texts });
afterAll(() => compiled.rules.close());

function matches(content: string | Uint8Array): readonly YaraMatch[] {
  return compiled.rules.scan(typeof content === 'string' ? Buffer.from(content) : content).matches;
}

function hits(content: string | Uint8Array): unknown[] {
  return matches(content).map(({ meta }) => meta['id']);
}

function names(content: string | Uint8Array): string[] {
  return matches(content).map(({ rule }) => rule);
}

describe('the starter rules', () => {
  it('compile, all of them', () => {
    expect(compiled.losses).toEqual([]);
    expect(compiled.count).toBe(rules.length);
  });

  it.each(rules)('$file: $name says what it is', ({ name, meta }) => {
    expect(() => Meta.parse(meta)).not.toThrow();
    // One name for both: reports show the id, YARA the identifier.
    if (meta['kind'] === 'webshell' && !name.endsWith('_shell')) expect(name).toBe(meta['id']?.replaceAll('-', '_'));
  });

  it('have ids and names of their own', () => {
    const ids = rules.map(({ meta }) => meta['id']);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
  });

  it('have no text patterns: YARA-X 1.20 loses matches of texts that stand in two rules', () => {
    expect(rules.flatMap(({ name, patterns }) => patterns.filter((p) => p.startsWith('"')).map(() => name))).toEqual(
      [],
    );
  });

  it('have large programs taken apart by nobody', () => {
    const takesApart = texts.filter(({ text }) => /^import "(?:elf|pe|macho|dotnet|lnk|dex)"/m.test(text));
    const [small] = takesApart;

    expect(takesApart.map(({ file }) => file)).toEqual(['small-programs.yar']);
    for (const condition of small?.text.split(/^ {2}condition:/m).slice(1) ?? []) {
      expect(condition.trimStart()).toMatch(/^filesize < 512KB and /);
    }
  });

  it('have one sample each', () => {
    expect(samples.map(({ id }) => id).toSorted()).toEqual(rules.map(({ meta }) => meta['id']).toSorted());
  });

  it.each(samples)('$id takes what it is for', ({ id, hit }) => {
    expect(hits(hit)).toContain(id);
  });

  it.each(samples)('$id leaves what only looks like it', ({ id, miss }) => {
    expect(hits(miss)).not.toContain(id);
  });

  it.each(honestTexts)('%s leaves what honest programs have', (id, text) => {
    expect(hits(text)).not.toContain(id);
  });

  it.skipIf(!hasYara)(
    `say the same when the yara program reads them${hasYara ? '' : ' (skipped: no yara here)'}`,
    async () => {
      const place = temporaryFolder();
      for (const [i, { hit, miss }] of samples.entries()) {
        writeFileSync(path.join(place, `${i}.hit`), hit);
        writeFileSync(path.join(place, `${i}.miss`), miss);
      }
      const sources = texts.map(({ file }) => path.join(folder, file));
      const { stdout } = await runProgram('yara', ['--no-warnings', ...sources, place]);
      const theirs = stdout
        .trim()
        .split('\n')
        .map((line) => line.replace(`${place}/`, ''));
      const ours = samples.flatMap(({ hit, miss }, i) => [
        ...names(hit).map((name) => `${name} ${i}.hit`),
        ...names(miss).map((name) => `${name} ${i}.miss`),
      ]);
      expect(ours.toSorted()).toEqual(theirs.toSorted());
    },
  );

  it('do not take themselves, nor the samples as they stand in the source', () => {
    const inert = path.join(projectRoot, 'test/support/inert');
    const sources = readdirSync(inert).map((name) => readFileSync(path.join(inert, name), 'utf8'));
    const found = [...texts.map(({ text }) => text), ...sources].flatMap((text) => hits(text));
    expect(found).toEqual([]);
  });
});
