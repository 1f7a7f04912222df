import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { listTemplate } from '../../test/support/list-template.ts';
import { makeReport, oneOfEachKind } from '../../test/support/report.ts';
import { findingKinds } from '../model/finding.ts';
import { loadFormats } from './index.ts';

const formats = await loadFormats();

const options = { width: 80, colour: false, template: listTemplate };

/** What a format says, as its readers see it: the data of a page is packed, and Markdown escapes its marks. */
function readable(id: string, text: string): string {
  if (id === 'markdown') return text.replace(/\\(?=\W)/g, '');
  if (id !== 'html') return text;
  const [, data = ''] = /id="report">([^<]*)</.exec(text) ?? [];
  return gunzipSync(Buffer.from(data, 'base64')).toString();
}

describe('the list of formats', () => {
  it('has every id once', () => {
    expect(new Set(formats.map(({ id }) => id)).size).toBe(formats.length);
  });
});

describe.each(formats)('format $id', (format) => {
  it('carries every kind of finding that it has a place for (T-34)', () => {
    const text = readable(format.id, format.render([makeReport({ findings: oneOfEachKind })], options));

    const kinds = format.findingKinds ?? findingKinds;
    for (const { id, kind } of oneOfEachKind) if (kinds.includes(kind)) expect(text).toContain(id);
  });

  it('tells what could not be read or judged, or that it has no place for it', () => {
    const problem = { code: 'file.format', message: 'Nobody knows this form.', path: 'opt/odd' } as const;
    const text = readable(
      format.id,
      format.render([makeReport({ findings: oneOfEachKind, problems: [problem] })], options),
    );

    // A template says what its author wanted.
    if (format.id !== 'template') expect(/Nobody knows this form/.test(text)).toBe(format.withoutProblems !== true);
  });

  it.each([0, 1, 2])('renders %i reports, the same each time, ending in one line feed', (count) => {
    const reports = Array.from({ length: count }, () => makeReport({ findings: oneOfEachKind }));

    const text = format.render(reports, options);

    expect(text).toBe(format.render(structuredClone(reports), options));
    expect(text).toMatch(/[^\n]\n$|^\n$/);
  });
});
