import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { exchangeErrors } from '../../test/support/exchange-schemas.ts';
import { makeFinding, makeReport, oneOfEachKind, someProblems } from '../../test/support/report.ts';
import { projectRoot } from '../../test/support/run.ts';
import { UsageError } from '../errors.ts';
import type { Report } from '../model/report.ts';
import { template } from './template.ts';

const hostile = '<b>\u001b[31m"\'&\u202e\n';
const full = makeReport({
  findings: [...oneOfEachKind, makeFinding('X-1', { title: hostile, severity: 'critical' })],
  problems: someProblems,
});

const render = (text: string, name = 'x.txt', reports: readonly Report[] = [full]): string =>
  template.render(reports, { width: 80, colour: false, template: { name, text } });

const refusal = (text: string): string | undefined => template.missing?.({ template: { name: 'x', text } });

function failureOf(act: () => unknown): Error | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

describe('a template', () => {
  it.each([
    ['{{ report.image.reference }}', full.image.reference],
    ['{{ reports.size }} {{ reports[0].packages[0].name }}', '1 bash'],
    ['{% for f in report.findings limit: 1 %}{{ f.kind }}{% endfor %}', 'vulnerability'],
    ['{{ report.nothing }}{{ report.nothing.at.all }}-', '-'],
    ['{{ report.constructor }}{{ report.findings.constructor.name }}{{ "x".__proto__ }}-', '-'],
    ['{{ report.image.layers[0] | json }}', JSON.stringify(full.image.layers[0])],
    ['{{ report.findings.first.title }}', '<b>\\x1b[31m"\'&\\u202e\\x0a'],
    ['{{ report.findings.first.title | raw }}', '<b>\\x1b[31m"\'&\\u202e\\x0a'],
    ['{{ report.findings.first.title | json }}', '"<b>\\u001b[31m\\"\'&\\u202e\\n"'],
    ['{{ "2026-01-02T00:00:00Z" | date: "%H:%M" }}', '00:00'],
  ])('%s', (text, expected) => {
    expect(render(text)).toBe(`${expected}\n`);
  });

  it('of a page escapes for it', () => {
    const text = '{{ report.findings.first.title }}|{{ report.findings.first.title | raw }}';

    expect(render(text, 'page.html')).toBe(
      '&lt;b&gt;\\x1b[31m&quot;&#39;&amp;\\u202e\\x0a|<b>\\x1b[31m"\'&\\u202e\\x0a\n',
    );
  });

  it.each([
    'a.html',
    'a.htm',
    'A.HTML',
    'a.xhtml',
    'a.xml',
    'a.svg',
    'a.html.liquid',
    'a.html.tpl',
    'a.html.j2',
    'a.htm.hbs',
    'a.xml.tmpl',
    'a.shtml',
    'html.tpl',
    'mail-html.liquid',
    'htm_mail.txt',
    'html_mail.txt',
    'junit.xml.txt',
    'a.XHTML.Jinja2',
    'txt/a.html',
    '/a.txt/mail.htm',
    // Nobody knows who reads it.
    'a',
    'a.tpl',
    'a.liquid',
    'a.liquid.tpl',
    'a.md',
    'a.md.liquid',
    'a.rss',
    'a.xsl',
    'a.vue',
    'a.eml',
    'txt',
    '.txt/a',
    '',
  ])('that is called %j is escaped as markup', (name) => {
    expect(render('{{ "<&" }}|{{ "<" | raw }}', name)).toBe('&lt;&amp;|<\n');
  });

  it.each([
    'a.txt',
    'a.TXT.Liquid',
    'a.txt.j2',
    'a.json',
    'a.json.tpl.liquid',
    'a.csv',
    'a.yaml',
    'a.b.yml.tmpl',
    'html/a.txt',
    'rightmost.csv',
    '/x.html/a.json',
    '.txt',
  ])('that is called %j is not', (name) => {
    expect(render('{{ "<&" }}', name)).toBe('<&\n');
  });

  it.each([
    ['{% if x %}', 'x: tag {% if x %} not closed, line:1, col:1'],
    ['\n\n{{ x | nothing }}', 'x: undefined filter: nothing, line:3, col:1'],
    ['{% include "/etc/passwd" %}', 'x: tag "include" not found, line:1, col:1'],
    ['{% render "/etc/passwd" %}', 'x: tag "render" not found, line:1, col:1'],
    ['{% layout "/etc/passwd" %}', 'x: tag "layout" not found, line:1, col:1'],
    ['{{ reports | where_exp: "r", "r" }}', 'x: undefined filter: where_exp, line:1, col:1'],
    ['a'.repeat(1024 * 1024 + 1), 'x: parse length limit exceeded'],
  ])('is refused before a scan: %.40s', (text, words) => {
    expect(refusal(text)).toBe(words);
    expect(() => render(text)).toThrow(UsageError);
  });

  it('is asked for where there is none', () => {
    expect(template.missing?.({})).toBe('--template FILE has to name a template.');
  });

  it('that nests too deep is refused', () => {
    expect(refusal(`${'{% if a %}'.repeat(40_000)}${'{% endif %}'.repeat(40_000)}`) ?? 'taken').toMatch(/^x: |^taken$/);
  });

  it.each([
    ['turns without end', '{% for i in (1..1000000000) %}{% endfor %}', 'memory alloc limit exceeded'],
    [
      'doubles a text',
      '{% assign a = "aaaaaaaaaa" %}{% for i in (1..60) %}{% assign a = a | append: a %}{% endfor %}{{ a }}',
      'limit exceeded',
    ],
    [
      'doubles what it captures',
      '{% assign a = "aaaaaaaaaa" %}{% for i in (1..60) %}{% capture a %}{{ a }}{{ a }}{% endcapture %}{% endfor %}',
      'limit exceeded',
    ],
    ['writes too much', `{% for i in (1..200000) %}${'x'.repeat(1000)}{% endfor %}`, 'output limit exceeded'],
  ])('that %s is ended, and says where', (_, text, words) => {
    const failure = failureOf(() => render(text));

    expect(failure).toBeInstanceOf(UsageError);
    expect(failure?.message).toContain(words);
    expect(failure?.message).toMatch(/^--template: x\.txt: .*, line:1, col:\d+$/);
  });
});

describe('examples/templates', () => {
  const example = (name: string, reports: readonly Report[]): string =>
    render(
      readFileSync(path.join(projectRoot, 'examples/templates', `${name}.liquid`), 'utf8'),
      `${name}.liquid`,
      reports,
    );

  it('code-quality.json is what GitLab reads', () => {
    for (const reports of [[full], [full, full], [makeReport()]]) {
      const text = example('code-quality.json', reports);
      expect(exchangeErrors('gitlab-codequality', text)).toEqual([]);
      expect((JSON.parse(text) as unknown[]).length).toBe(
        reports.flatMap(({ findings }) => findings.filter(({ kind }) => kind === 'vulnerability')).length,
      );
    }
  });

  it('mail.html has a row for each finding, and nothing of an image is an element', () => {
    const text = example('mail.html', [full]);

    expect(text.match(/<tr><td>/g)).toHaveLength(full.findings.length);
    expect(text).toContain('&lt;b&gt;\\x1b[31m&quot;&#39;&amp;');
    expect(text).not.toContain('<b>');
  });

  it('summary.txt', () => {
    expect(example('summary.txt', [makeReport({ view: { image: { reference: 'a:1' } } })])).toBe(
      'a:1 (2026-08-21): 0 critical, 0 high, 0 medium, 0 low, 0 negligible, 0 unknown\n',
    );
    expect(example('summary.txt', [full])).toContain('  X-1  \n');
  });
});
