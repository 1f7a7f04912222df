import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { debian12, judgeWith, makeView } from '../../test/support/view.ts';
import { ecosystems } from '../ecosystems/index.ts';
import { findingKinds } from '../model/finding.ts';
import { severities } from '../model/severity.ts';
import { documentChecks } from './document.ts';
import { checks } from './index.ts';

const folder = import.meta.dirname;
const docs = path.join(folder, '../../docs/checks.md');

describe('the list of checks', () => {
  it('names every folder, and no other, in alphabetical order', () => {
    const folders = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort();

    expect(checks.map(({ id }) => id)).toEqual(folders);
  });

  it('has no id twice, of checks, judges, analyzers or rules', () => {
    for (const ids of [
      checks.map(({ id }) => id),
      checks.map(({ judge }) => judge.name),
      [...new Set(checks.flatMap(({ analyzers }) => analyzers))].map(({ name }) => name),
      checks.flatMap(({ rules }) => rules.map(({ id }) => id)),
    ]) {
      expect(new Set(ids).size).toBe(ids.length);
    }
  });

  it('gives no analyzer the name of another one of an ecosystem, since one of them would not run', () => {
    const ours = new Set(checks.flatMap(({ analyzers }) => analyzers));
    const others = ecosystems.flatMap(({ analyzers }) => analyzers).filter((analyzer) => !ours.has(analyzer));
    const names = new Set([...ours].map(({ name }) => name));

    expect(others.map(({ name }) => name).filter((name) => names.has(name))).toEqual([]);
  });

  it('is what docs/checks.md says (`npm run docs` writes it)', () => {
    expect(readFileSync(docs, 'utf8')).toBe(documentChecks(checks));
  });
});

describe.each(checks)('check $id', (check) => {
  it('has a README that names all its rules', () => {
    const readme = path.join(folder, check.id, 'README.md');

    expect(existsSync(readme)).toBe(true);
    for (const { id } of check.rules) expect(readFileSync(readme, 'utf8')).toContain(`\`${id}\``);
  });

  it('documents its rules', () => {
    expect(check.rules.length).toBeGreaterThan(0);
    for (const rule of check.rules) {
      expect(rule.id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(findingKinds).toContain(rule.kind);
      expect(severities).toContain(rule.severity);
      for (const text of [rule.title, rule.why, rule.remediation]) expect(text.length).toBeGreaterThan(10);
      expect(rule.title).not.toMatch(/\.$/);
    }
  });

  it('has analyzers that keep their contract', () => {
    for (const analyzer of check.analyzers) {
      expect(analyzer.name).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
      expect(analyzer.version).toBeGreaterThanOrEqual(1);
      expect(analyzer.open({ problem: () => undefined }).close()).toEqual([]);
    }
  });

  it('finds nothing in an image that has nothing', async () => {
    const found = await judgeWith(check, makeView({ distribution: debian12 }), '2026-01-01T00:00:00Z');

    expect(found).toEqual([]);
  });
});
