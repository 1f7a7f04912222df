import { describe, expect, it } from 'vitest';
import { loadFormats } from '../src/report/index.ts';
import { dockerArchive } from './support/image.ts';
import type { ImageContent } from './support/image-options.ts';
import { type SarifDocument, sarifErrors } from './support/sarif-schema.ts';
import { everythingAffected, fixtureImages, sbomImages } from './support/sbom-images.ts';
import { scanOne } from './support/scan.ts';
import { writeTemporary } from './support/temporary.ts';

const formats = await loadFormats();

const source = everythingAffected();
const sarif = formats.find(({ id }) => id === 'sarif')!;
const options = { width: 80, colour: false };
const images = [...sbomImages, ...fixtureImages()];

function scan(content: ImageContent) {
  return scanOne(writeTemporary('image.tar', dockerArchive(content)), {
    advisories: { supply: async () => ({ source, problems: [] }) },
    lockfiles: true,
  });
}

describe.each(images)('the SARIF document of an image: %s', (_, content: ImageContent) => {
  it('is valid, and has a result for every finding, at a place', async () => {
    const report = await scan(content);
    const text = sarif.render([report], options);
    const { results } = (JSON.parse(text) as SarifDocument).runs[0]!;

    expect(sarifErrors(text)).toEqual([]);
    expect(results.map(({ ruleId }) => ruleId)).toEqual(report.findings.map(({ id }) => id));
    expect(sarif.render([structuredClone(report)], options)).toBe(text);
  });
});

it('is one document of all images', async () => {
  const reports = [];
  for (const [, content] of images) reports.push(await scan(content));
  const text = sarif.render(reports, { ...options, showSuppressed: true });

  expect(sarifErrors(text)).toEqual([]);
  expect((JSON.parse(text) as SarifDocument).runs).toHaveLength(images.length);
});
