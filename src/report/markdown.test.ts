import { describe, expect, it } from 'vitest';
import { makeFinding, makeReport, makeVulnerability, oneOfEachKind, someProblems } from '../../test/support/report.ts';
import { markdown } from './markdown.ts';

const options = { width: 80, colour: false };

describe('the Markdown format', () => {
  it('says first what is missing, then what is there', () => {
    const lines = markdown
      .render([makeReport({ findings: oneOfEachKind, problems: someProblems })], options)
      .split('\n');

    expect(lines[0]).toBe('# example:1');
    expect(lines[2]).toBe('> **Incomplete:** 1 thing could not be read or judged. Findings may be missing.');
    expect(lines.filter((line) => line.startsWith('## '))).toEqual([
      '## Vulnerabilities (1)',
      '## Malware (1)',
      '## Webshells (1)',
      '## Secrets (1)',
      '## Configuration (1)',
      '## History (1)',
      '## Persistence (1)',
      '## Evasion (1)',
      '## Services (1)',
      '## Calls (1)',
      '## Licences (1)',
    ]);
    expect(lines).toContain(
      '| medium | CVE\\-2024\\-0001 | openssl 3.0.11 | 3.0.12 | 1 | Title of CVE\\-2024\\-0001 |',
    );
  });

  it('counts what is accepted, and lists it when it is asked for', () => {
    const suppressed = { by: 'policy:p.yaml:3', reason: 'not reached' };
    const report = makeReport({ findings: [makeVulnerability('CVE-1', 'openssl', '3.0.11', { suppressed })] });

    expect(markdown.render([report], options)).toContain('1 accepted and not listed');
    expect(markdown.render([report], options)).not.toContain('CVE');
    expect(markdown.render([report], { ...options, showSuppressed: true })).toContain('not reached');
  });

  it('lets no text of an image be more than text', () => {
    const title = '](https://evil.example) | <img src=x onerror=alert(1)> @team #1 `x`\n# y\u202e';
    const text = markdown.render([makeReport({ findings: [makeFinding('X', { title })] })], options);

    expect(text).not.toMatch(/(?<!\\)[<@`#](?!# |\/47;| example)(?=[a-z1])/);
    expect(text).not.toContain('\u202e');
    expect(text.split('\n').filter((line) => line.startsWith('| medium'))).toHaveLength(1);
  });

  it.each([
    '@octocat',
    'see @team/security',
    '(@babel/core)',
    'x @a',
    'fixed by #12',
    'owner/name#12',
    'GH-12',
    'https://evil.example/x',
    'ftp://evil.example',
    'www.evil.example',
    'WWW.evil.example',
    'a@evil.example',
    'o-n_e@evil-two.example.org',
    ':white_check_mark:',
    ':+1:',
  ])('%s is nothing to what looks at the text after Markdown', (title) => {
    const text = markdown.render([makeReport({ findings: [makeFinding('X', { title })] })], options);

    const row = text.split('\n').find((line) => line.startsWith('| medium'))!;
    // What a page shows: Markdown takes its backslashes and entities away.
    const shown = row
      .replace(/\\(?=\W|_)/g, '')
      .replaceAll('&#8203;', '\u200b')
      .replaceAll('&amp;', '&');
    expect(shown.replaceAll('\u200b', '')).toContain(title);
    expect(shown).not.toMatch(/(?:^|\W)@\w|#\d|\bGH-\d|:\/\/|www\.|[\w.+-]+@[\w-]+\.\w|:[\w+-]+:/i);
  });

  it('keeps a digest and a version as they are, so that they can be copied', () => {
    const text = markdown.render(
      [makeReport({ view: { image: { reference: `r.example/app@sha256:${'a'.repeat(64)}` } } })],
      options,
    );

    expect(text).toContain(`r.example/app\\@sha256:${'a'.repeat(64)}`);
  });

  it('ends a long table and says how much is left', () => {
    const findings = Array.from({ length: 1100 }, (_, i) => makeVulnerability(`CVE-2024-${i}`, 'openssl', '3.0.11'));

    expect(markdown.render([makeReport({ findings })], options)).toContain('and 100 more, which the JSON report has');
  });
});
