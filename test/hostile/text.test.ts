import { describe, expect, it } from 'vitest';
import { loadFormats } from '../../src/report/index.ts';
import { listTemplate } from '../support/list-template.ts';
import { sarifErrors } from '../support/sarif-schema.ts';
import { injected, places, texts } from './cases-text.ts';
import { scanCase } from './scan-case.ts';

const formats = await loadFormats();

/** Controls, format characters and separators: nothing of it may reach a terminal, but for the ends of lines. */
const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** The colours that the table itself uses. */
const ownColours = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]{1,8}m`, 'g');

const table = formats.find((format) => format.id === 'table')!;
const json = formats.find((format) => format.id === 'json')!;

/** Lines of all texts of a document, however deep they stand. */
function messagesIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.split('\n');
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(messagesIn) : [];
}

describe.each(places)('text that a terminal would obey, in $place', ({ make }) => {
  it.each(texts)('%s', async (_, text) => {
    const { reports, error } = await scanCase({ name: '', make: () => make(text) });
    expect(error).toBeUndefined();

    for (const [width, colour] of [
      [80, false],
      [40, false],
      [200, true],
    ] as const) {
      const rendered = table.render(reports, { width, colour, listPackages: true, showSuppressed: true });
      const plain = colour ? rendered.replace(ownColours, '') : rendered;
      for (const line of plain.split('\n')) {
        expect(line).not.toMatch(unsafe);
        expect(line.startsWith(injected), rendered).toBe(false);
      }
    }
    for (const format of formats) {
      if (format === table) continue;
      const rendered = format.render(reports, {
        width: 80,
        colour: false,
        showSuppressed: true,
        template: listTemplate,
      });
      for (const line of rendered.split('\n')) {
        expect(line, format.id).not.toMatch(unsafe);
        expect(line.startsWith(injected), format.id).toBe(false);
      }
    }
    const sarif = formats.find(({ id }) => id === 'sarif')!.render(reports, { width: 80, colour: false });
    expect(sarifErrors(sarif)).toEqual([]);
    // Each message is made of lines, and may be shown without being escaped again.
    for (const line of messagesIn(JSON.parse(sarif))) expect(line.startsWith(injected), line).toBe(false);
    const written = json.render(reports, { width: 80, colour: false });
    expect(JSON.parse(written)).toEqual(
      JSON.parse(JSON.stringify(reports.length === 1 ? reports[0] : { schemaVersion: 1, reports })),
    );
  });
});
