import { expect, it } from 'vitest';
import { makeFinding, makeReport } from '../../test/support/report.ts';
import { gitlab } from './gitlab.ts';

const options = { width: 80, colour: false };

interface Shown {
  readonly description: string;
  readonly solution: string;
}

it('what GitLab shows as a page has no links, pictures, mentions or elements of an image in it', () => {
  const text = '![x](https://evil.example/x.png) @all <img src=x onerror=alert(1)>\n# big\n/close';
  const finding = makeFinding('X', { title: text, evidence: text, remediation: text });

  const { vulnerabilities } = JSON.parse(gitlab.render([makeReport({ findings: [finding] })], options)) as {
    vulnerabilities: readonly Shown[];
  };

  for (const shown of [vulnerabilities[0]!.description, vulnerabilities[0]!.solution]) {
    expect(shown.replaceAll('&#8203;', '\u200b')).not.toMatch(/(?<!\\)[[\]!<>#@]/);
    expect(shown).not.toMatch(/:\/\/|@\w/);
    // Actions of GitLab stand at the beginning of a line.
    expect(shown).not.toMatch(/^\s*\//m);
  }
});

it('keeps to the lengths of the schema, whatever the escapes make of the text', () => {
  const finding = makeFinding('X', { evidence: '@a'.repeat(200_000), remediation: '#1'.repeat(7000) });

  const { vulnerabilities } = JSON.parse(gitlab.render([makeReport({ findings: [finding] })], options)) as {
    vulnerabilities: readonly Shown[];
  };

  expect(vulnerabilities[0]!.description.length).toBeLessThanOrEqual(100_000);
  expect(vulnerabilities[0]!.solution.length).toBeLessThanOrEqual(7000);
  expect(vulnerabilities[0]!.solution.length).toBeGreaterThan(1000);
});
