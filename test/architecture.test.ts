import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from './support/run.ts';

/** The rooms of src/, from the ground up: a room imports from its own floor and those below. */
const floors = [
  [
    'model',
    'errors.ts',
    'limits.ts',
    'log.ts',
    'context.ts',
    'make-folder.ts',
    'pauses.ts',
    'sqlite-result.ts',
    'signals.ts',
  ],
  ['formats', 'net'],
  ['image'],
  ['packages', 'feeds', 'contents', 'history', 'secrets', 'base-images'],
  ['ecosystems', 'checks', 'enrichers'],
  ['reading', 'assembly', 'advisories', 'rules', 'sbom', 'attest', 'runtime'],
  ['match'],
  ['policy', 'diff'],
  ['report'],
  ['scan.ts', 'index.ts', 'layer-threads.ts', 'layer-thread.ts'],
  ['store', 'jobs', 'notify'],
  ['config', 'server'],
  ['cli'],
];
/** They get the lists of ecosystems and checks as arguments. */
const withoutLists = ['reading', 'assembly', 'sbom', 'attest', 'match', 'policy', 'diff', 'report'];
const lists = ['ecosystems', 'checks', 'enrichers'];

const floorOf = new Map(floors.flatMap((rooms, floor) => rooms.map((room) => [room, floor] as const)));

function forbiddenFor(room: string): string[] {
  if (room === 'model') return [...floorOf.keys()].filter((other) => other !== 'model');
  const above = floors.slice(floorOf.get(room)! + 1).flat();
  return withoutLists.includes(room) ? [...above, ...lists] : above;
}

const files = globSync('**/*.ts', { cwd: path.join(projectRoot, 'src') }).filter(
  (file) => !file.endsWith('.test.ts') && !file.includes('fixtures'),
);
const texts = new Map(files.map((file) => [file, readFileSync(path.join(projectRoot, 'src', file), 'utf8')]));
const imports = [...texts].flatMap(([file, text]) =>
  [...text.matchAll(/(?:\bfrom|\bimport\(|^import)\s*'(\.[^']+)'/gm)].map((found) => ({
    file,
    target: path.join(path.dirname(file), found[1]!),
  })),
);

const roomOf = (file: string): string => file.split('/')[0]!;
const list = (bad: typeof imports): string[] => bad.map(({ file, target }) => `${file} imports ${target}`);

describe('src', () => {
  it('is read at all', () => {
    expect(imports.length).toBeGreaterThan(100);
  });

  it('has no room that the plan does not know', () => {
    expect([...new Set(files.map(roomOf))].filter((room) => !floorOf.has(room))).toEqual([]);
  });

  it('imports in one direction', () => {
    expect(list(imports.filter(({ file, target }) => forbiddenFor(roomOf(file)).includes(roomOf(target))))).toEqual([]);
  });

  it('keeps ecosystems and checks apart', () => {
    const folderOf = (file: string): string => file.split('/').slice(0, 2).join('/');
    const isFolder = (file: string): boolean => lists.includes(roomOf(file)) && file.split('/').length > 2;
    const bad = imports.filter(
      ({ file, target }) => isFolder(file) && isFolder(target) && folderOf(file) !== folderOf(target),
    );
    expect(list(bad)).toEqual([]);
  });

  it('writes to standard output and error in cli alone', () => {
    const speaks = [...texts].filter(([, text]) => /\bprocess\.(stdout|stderr)\b|\bconsole\./.test(text));
    expect(speaks.map(([file]) => file).filter((file) => roomOf(file) !== 'cli')).toEqual([]);
  });

  it('has no signal that garbage collection may silence', () => {
    const weak = [...texts].filter(([, text]) => /\bAbortSignal\.(?:any|timeout)\(/.test(text));
    expect(weak.map(([file]) => file)).toEqual(['signals.ts']);
  });
});

describe('web', () => {
  const sources = globSync('{src,vite-plugins}/**/*.{ts,tsx}', { cwd: path.join(projectRoot, 'web') });
  const targetsOf = (folder: string, file: string): string[] =>
    [
      ...readFileSync(path.join(projectRoot, folder, file), 'utf8').matchAll(
        /(?:\bfrom|\bimport\(|^import)\s*'([^']+)'/gm,
      ),
    ]
      .map((found) => found[1]!)
      .map((target) => (target.startsWith('.') ? path.join(folder, path.dirname(file), target) : target));

  it('takes of the program what needs no Node.js', () => {
    const pages = sources.filter((file) => file.startsWith('src/'));
    expect(pages.length).toBeGreaterThan(2);
    const pending = pages.flatMap((file) => targetsOf('web', file)).filter((target) => target.startsWith('src/'));
    const seen = new Set<string>();
    for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
      if (seen.has(file)) continue;
      seen.add(file);
      const targets = targetsOf('.', file);
      expect({ file, targets: targets.filter((target) => !target.startsWith('src/')) }).toEqual({ file, targets: [] });
      pending.push(...targets);
    }
    // Words of the report escape what they are given; that file imports nothing.
    seen.delete('src/formats/escape-text.ts');
    const rooms = new Set([...seen].map((file) => roomOf(path.relative('src', file))));
    expect([...rooms].filter((room) => !['model', 'match', 'report'].includes(room))).toEqual([]);
  });

  it('imports in one direction', () => {
    const storeys = [['styles'], ['ui'], ['api'], ['report'], ['map', 'pages'], ['shell']];
    const storeyOf = (room: string): number => storeys.findIndex((rooms) => rooms.includes(room));
    const bad = sources.flatMap((file) => {
      const [, room = ''] = file.split('/');
      if (storeyOf(room) < 0) return [];
      return targetsOf('web', file).filter((target) => {
        const [, , other = ''] = target.startsWith('web/src/') ? target.split('/') : [];
        return storeyOf(other) > storeyOf(room);
      });
    });
    expect(bad).toEqual([]);
  });

  it('makes markup of no text', () => {
    const bad = sources.filter((file) =>
      /dangerouslySetInnerHTML|\.innerHTML|insertAdjacentHTML|document\.write/.test(
        readFileSync(path.join(projectRoot, 'web', file), 'utf8'),
      ),
    );
    expect(bad).toEqual([]);
  });
});
