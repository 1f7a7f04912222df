import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { debian12, judgeWith, makeView } from '../../test/support/view.ts';
import { ecosystems } from '../ecosystems/index.ts';
import { findingKinds } from '../model/finding.ts';
import { severities } from '../model/severity.ts';
import { documentChecks, documentChecksAsOne } from './document.ts';
import { checks } from './index.ts';

const folder = import.meta.dirname;
const docs = path.join(folder, '../../docs');

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

  it('is what docs/checks.md and the pages below docs/checks/ say (`npm run docs` writes them)', () => {
    const pages = documentChecks(checks);
    for (const [name, text] of pages) expect(readFileSync(path.join(docs, name), 'utf8'), name).toBe(text);

    const written = readdirSync(path.join(docs, 'checks')).filter((name) =>
      readFileSync(path.join(docs, 'checks', name), 'utf8').includes('<!-- Generated from src/checks'),
    );
    expect(written.filter((name) => !pages.has(`checks/${name}`))).toEqual([]);
  });

  it('has every rule in its pages, and in the page that is all of them, with all that it says', () => {
    const pages = documentChecks(checks);
    const one = documentChecksAsOne(checks);
    for (const { id, rules } of checks) {
      const own = pages.get(`checks/${id}.md`) ?? pages.get(`checks/${id}-rules.md`) ?? '';
      for (const rule of rules) {
        expect(pages.get('checks.md')).toContain(`#${rule.id})`);
        const ids = (rule.aliases ?? []).map((alias) => alias.slice(alias.indexOf(':') + 1));
        const said = [rule.why, rule.remediation, rule.example?.wrong, rule.example?.right, rule.caveats];
        for (const text of [rule.title, ...said, ...ids, ...(rule.sources ?? [])]) {
          if (text === undefined) continue;
          expect(own).toContain(text);
          expect(one).toContain(text);
        }
      }
    }
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
      for (const text of [rule.title, rule.why]) expect(text.length).toBeGreaterThan(10);
      expect(rule.remediation).toMatch(/^[A-Z`].+\.$/s);
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

  it('finds nothing in an image in which nothing is wrong', async () => {
    const labels = {
      'org.opencontainers.image.source': 'https://git.example/app',
      'org.opencontainers.image.base.name': 'registry.example/base:1.2',
    };
    const config = { User: '10001', Healthcheck: { Test: ['CMD', '/srv/healthy'] }, Labels: labels };
    const image = { config, created: '2025-12-01T00:00:00Z' };
    const found = await judgeWith(check, makeView({ distribution: debian12, image }), '2026-01-01T00:00:00Z');

    expect(found).toEqual([]);
  });
});
