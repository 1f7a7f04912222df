import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { makeFinding, makeReport, oneOfEachKind } from '../../test/support/report.ts';
import type { Report } from '../model/report.ts';
import type { Severity } from '../model/severity.ts';
import { contentOf, fillFrame, html } from './html.ts';

const options = { width: 80, colour: false };

/** What the page reads. */
function dataOf(page: string): unknown {
  const [, data = ''] = /<script type="application\/gzip\+base64" id="report">([^<]*)<\/script>/.exec(page) ?? [];
  return JSON.parse(gunzipSync(Buffer.from(data, 'base64')).toString());
}

const named = (reference: string): Report => {
  const report = makeReport({ findings: oneOfEachKind });
  return { ...report, image: { ...report.image, reference } };
};

describe('the HTML format', () => {
  it('is one page with the reports in it', () => {
    const reports = [named('debian:12'), named('alpine:3')];

    const page = html.render(reports, options);

    expect(page.slice(0, 15)).toBe('<!doctype html>');
    expect(dataOf(page)).toEqual({ reports });
  });

  it('allows nothing but its own script and style, and names no other place', () => {
    const page = html.render([named('debian:12')], options);

    const [, policy = ''] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
    expect(policy).toMatch(
      /^default-src 'none'; script-src 'sha256-[\w+/=]{44}'; style-src 'sha256-[\w+/=]{44}'; img-src data:; base-uri 'none'; form-action 'none'$/,
    );
    expect(/<(?:script|link|img|iframe)[^>]* (?:src|href)=.{0,80}/.exec(page)?.[0]).toBeUndefined();
  });

  it.each([
    ['one image', [named('debian:12')], 'debian:12 - Drydock report'],
    ['several', [named('a'), named('b')], '2 images - Drydock report'],
    ['none', [], '0 images - Drydock report'],
    ['a name that is markup', [named('</title><script>x')], '&#60;/title&#62;&#60;script&#62;x - Drydock report'],
    ['a name with patterns of a replacement', [named("$&$`$'$1")], '$&#38;$`$&#39;$1 - Drydock report'],
    ['a name that turns around', [named('a\u202eb\n\0')], 'a\\u202eb \\x00 - Drydock report'],
  ])('says in its title what it is of: %s', (_, reports, title) => {
    expect(/<title>([^<]*)<\/title>/.exec(html.render(reports, options))?.[1]).toBe(title);
  });

  it('has nothing of an image in it but in its title and its packed data', () => {
    const frame = html.render([], options);
    const hostile = named('x');
    const text = '</script><!--<script>\u202e\x1b[31m';
    const findings = hostile.findings.map((finding) => ({ ...finding, title: text, evidence: text }));

    const page = html.render([{ ...hostile, findings }], options);

    const without = (whole: string): string =>
      whole.replace(/<title>[^<]*<\/title>/, '').replace(/id="report">[\w+/=]*</, '');
    // Not toBe: what differs would be half a megabyte.
    expect(without(page) === without(frame)).toBe(true);
  });

  it('leaves out what comes last by priority where there is no room, and says how much', () => {
    const findings = ['low', 'critical', 'high', 'low'].map((severity, place) =>
      makeFinding(`CVE-2024-${place}`, { severity: severity as Severity }),
    );
    const report = { ...named('x'), findings };

    const content = contentOf([report, named('y')], [], 3);

    expect(content.left).toEqual([1, oneOfEachKind.length - 3]);
    expect(content.reports[0]?.findings.map(({ id }) => id)).toEqual(['CVE-2024-0', 'CVE-2024-1', 'CVE-2024-2']);
    expect(content.reports[0]?.summary).toEqual(report.summary);
    expect(contentOf([report]).left).toBeUndefined();
  });

  it('says how many findings filters left out', () => {
    expect(dataOf(html.render([named('x')], { ...options, hidden: [7] }))).toMatchObject({ hidden: [7] });
    expect(dataOf(html.render([named('x')], { ...options, hidden: [0] }))).not.toHaveProperty('hidden');
  });

  it('says so where the page is none of ours', () => {
    expect(() => fillFrame('<html></html>', { reports: [] })).toThrow('has no place');
  });
});
