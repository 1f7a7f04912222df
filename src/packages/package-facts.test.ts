import { describe, expect, it } from 'vitest';
import type { FileHeader } from '../model/file.ts';
import type { Problem } from '../model/problem.ts';
import { PackageFacts } from './package-facts.ts';

function collect() {
  const problems: Pick<Problem, 'code' | 'path'>[] = [];
  const facts = new PackageFacts({ problem: ({ code, path }) => problems.push({ code, ...(path && { path }) }) });
  const add = (path: string, name: string, location?: string): void =>
    facts.add(path, { type: 'npm', name, version: '1' }, location);
  const begin = (path: string, archive?: string): void =>
    facts.begin({ path, header: { path, ...(archive !== undefined && { archive }) } as FileHeader });
  return { facts, problems, add, begin };
}

describe('PackageFacts', () => {
  it('keeps what the last file of a path has', () => {
    const { facts, add, begin } = collect();
    begin('a');
    add('a', 'first');
    add('a', 'second');
    begin('b');
    add('b', 'other');
    begin('a');
    add('a', 'third');
    begin('c');
    begin('b');

    expect(facts.close().map(({ path, package: { name } }) => `${path} ${name}`)).toEqual(['a third']);
  });

  it('forgets members of an archive with the archive', () => {
    const { facts, add, begin } = collect();
    for (const name of ['first', 'second']) {
      begin('a.zip');
      for (const member of ['a.zip!/x', 'a.zip!/y']) {
        begin(member, 'a.zip');
        add('a.zip', name, member);
      }
    }

    expect(facts.close().map(({ location, package: { name } }) => `${location} ${name}`)).toEqual([
      'a.zip!/x second',
      'a.zip!/y second',
    ]);
  });

  it('has room for what comes in place of what was forgotten', () => {
    const { facts, problems, add, begin } = collect();
    for (let round = 0; round < 3; round++) {
      begin('a');
      for (let index = 0; index < 200_000; index++) add('a', `p${index}`);
    }

    expect(facts.close()).toHaveLength(200_000);
    expect(problems).toEqual([]);
  });

  it('says once how many are beyond the bound', () => {
    const { facts, problems, add } = collect();
    for (let index = 0; index < 300_010; index++) add(`a${index % 7}`, `p${index}`);

    expect(facts.close()).toHaveLength(300_000);
    expect(problems).toEqual([{ code: 'layer.limit' }]);
  });

  it('leaves out what no registry could have, and what has no name', () => {
    const { facts, problems, add } = collect();
    add('a', '');
    add('a', 'x'.repeat(1001));
    facts.add('a', { type: 'npm', name: 'x', version: '1'.repeat(1001) });

    expect(facts.close()).toEqual([]);
    expect(problems).toEqual(Array.from({ length: 2 }, () => ({ code: 'file.format', path: 'a' })));
  });
});
