import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../src/model/finding.ts';
import type { Report } from '../src/model/report.ts';
import { loadFormats } from '../src/report/index.ts';
import { dockerArchive } from './support/image.ts';
import type { ImageContent } from './support/image-options.ts';
import { everythingAffected, fixtureImages, sbomImages } from './support/sbom-images.ts';
import { sbomErrors } from './support/sbom-schemas.ts';
import { scanOne } from './support/scan.ts';
import { writeTemporary } from './support/temporary.ts';

const formats = await loadFormats();

const source = everythingAffected();

function scan(reference: string, stdin?: string): Promise<Report> {
  return scanOne(reference, {
    advisories: { supply: async () => ({ source, problems: [] }) },
    ...(stdin !== undefined && { stdin: Readable.from([Buffer.from(stdin)]) }),
  });
}

function written(report: Report, id: string): string {
  return formats.find((format) => format.id === id)!.render([report], { width: 80, colour: false });
}

const ids = ['cyclonedx', 'cyclonedx-1.7', 'spdx'];
const images = [...sbomImages, ...fixtureImages()];

describe.each(images)('the bill of materials of an image: %s', (_, content: ImageContent) => {
  const scanned = scan(writeTemporary('image.tar', dockerArchive(content)));

  it.each(ids)('is valid as %s, with findings and without', async (id) => {
    const report = await scanned;

    expect(sbomErrors(id, written(report, id))).toEqual([]);
    expect(sbomErrors(id, written({ ...report, findings: [] }, id))).toEqual([]);
  });

  it.each(ids)('gives the same packages and findings when it is scanned as %s', async (id) => {
    const report = await scanned;
    const text = written({ ...report, findings: [] }, id);

    const [file, stream] = [await scan(`sbom:${writeTemporary('bom.json', text)}`), await scan('-', text)];

    expect(file.packages).toEqual(report.packages);
    expect(file.findings).toEqual(ofPackages(report.findings));
    expect(stream.findings).toEqual(ofPackages(report.findings));
    const [{ claimed: was, ...image }, { claimed, ...again }] = [report.image, file.image];
    expect(again).toEqual(image);
    expect([was?.names, claimed?.digests]).toEqual([['example:1'], true]);
    expect(file.coverage.complete).toBe(report.coverage.complete);
  });

  it.each(ids)('is written the same from the document as %s', async (id) => {
    const text = written({ ...(await scanned), findings: [] }, id);
    const again = await scan(writeTemporary('bom.json', text));

    expect(written({ ...again, findings: [], createdAt: (await scanned).createdAt }, id)).toBe(text);
  });
});

/** What is said of files and of how the image was made no bill of materials tells. */
function ofPackages(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter(
    ({ kind, id }) => kind === 'vulnerability' || kind === 'evasion' || id.startsWith('distribution-'),
  );
}

it('shows findings of all kinds of images that packages tell of', async () => {
  const reports = await Promise.all(
    images.map(([, content]) => scan(writeTemporary('image.tar', dockerArchive(content)))),
  );

  expect(reports.length).toBeGreaterThanOrEqual(15);
  expect(
    new Set(reports.flatMap(({ findings }) => ofPackages(findings).map(({ id }) => id.replace(/^TEST.*/, 'TEST')))),
  ).toEqual(
    new Set([
      'TEST',
      'distribution-end-of-life',
      'package-database-removed',
      'package-dropped-from-database',
      'package-version-without-files',
    ]),
  );
});
