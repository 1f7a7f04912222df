import fc from 'fast-check';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { readYamlTree, YamlError, type YamlNode } from './yaml-tree.ts';

/** The tree without its lines, as js-yaml would have it if everything were text. */
function plain(node: YamlNode | undefined): unknown {
  if (node === undefined) return undefined;
  if (node.kind === 'scalar') return node.text;
  if (node.kind === 'list') return node.items.map(plain);
  if (node.kind === 'alias') return '*';
  return Object.fromEntries([...node.entries].map(([key, { value }]) => [key, plain(value)]));
}

describe('readYamlTree', () => {
  it('knows the line of every key and item', async () => {
    const root = await readYamlTree(
      '# first\na: 1\nlist:\n  - id: x\n    reason: |\n      two\n      lines\n\n  - id: [y,\n      z]\n',
    );

    expect(plain(root)).toEqual({ a: '1', list: [{ id: 'x', reason: 'two\nlines\n' }, { id: ['y', 'z'] }] });
    const list = root?.kind === 'mapping' ? root.entries.get('list') : undefined;
    expect(list?.line).toBe(3);
    const items = list?.value.kind === 'list' ? list.value.items : [];
    expect(items.map(({ line }) => line)).toEqual([4, 9]);
    const ids = items[1]?.kind === 'mapping' ? items[1].entries.get('id')?.value : undefined;
    expect(ids?.kind === 'list' && ids.items.map(({ line }) => line)).toEqual([9, 10]);
  });

  it.each([
    ['nothing', ''],
    ['comments', '# only\n'],
    ['null', '~\n'],
  ])('takes %s for no document', async (_, text) => {
    expect(await readYamlTree(text)).toBeUndefined();
  });

  it.each([
    ['a key twice', 'a: 1\nb: 2\na: 3\n', 3, 'the key "a" stands there twice'],
    ['several documents', 'a: 1\n---\nb: 2\n', 1, 'several documents'],
    ['a list as a key', '? [a]\n: b\n', 1, 'a key is expected to be text'],
    ['bad indentation', 'a:\n  - b\n c: d\n', 3, 'not YAML'],
    ['a tab', 'a:\n\t- b\n', 2, 'not YAML'],
    ['an end that is missing', 'a: [b,\n', 2, 'not YAML'],
    ['endless nesting', `a: ${'['.repeat(100_000)}`, 1, 'not YAML'],
  ])('refuses %s with its line', async (_, text, line, words) => {
    const error = await readYamlTree(text).catch((one: unknown) => one);

    expect(error).toBeInstanceOf(YamlError);
    expect(error).toMatchObject({ line, message: expect.stringContaining(words) });
  });

  it('does not follow aliases: what unfolds to billions stays as it is written', async () => {
    const levels = Array.from({ length: 30 }, (_, i) => `l${i + 1}: &l${i + 1} [*l${i}, *l${i}]`);

    const root = await readYamlTree(['l0: &l0 [x, x]', ...levels].join('\n'));

    expect(plain(root)).toMatchObject({ l0: ['x', 'x'], l30: ['*', '*'] });
  });

  it('keeps __proto__ a key like any other', async () => {
    const root = await readYamlTree('__proto__:\n  polluted: yes\n');

    expect(root?.kind === 'mapping' && [...root.entries.keys()]).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('reads what js-yaml reads of JSON, whatever the texts', async () => {
    const value = fc.letrec((tie) => ({
      node: fc.oneof({ depthSize: 'small' }, fc.string(), fc.array(tie('node'), { maxLength: 3 })),
    })).node;
    await fc.assert(
      fc.asyncProperty(value, async (given) => {
        const text = JSON.stringify({ given });
        expect(plain(await readYamlTree(text))).toEqual(load(text));
      }),
      { numRuns: 100 },
    );
  });
});
