// Scans images of honest files for malware and webshells, at default depth and with --deep: whatever is found is wrong.
//   node test/soak/zero-findings.ts [--images NAME,...] [--depth default|deep] [IMAGE...]
//     --images  of those in stock-images.ts; default: all. `none` for those alone that are given
//     --depth   one of the two only
//     IMAGE     whatever `drydock scan` reads: the root file system of another distribution (layer:alpine-minirootfs.tar.gz),
//               a tree of sources that nobody owns (dir:FOLDER)
// Needs root, mmdebstrap, npm and 12 GB; what is built is kept where bench/image-set.ts keeps its images. Prints a line for each
// image and depth, then every finding with its witnesses; ends with 1 where there is one in an image that is not of attackers.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { folder } from '../../bench/image-set.ts';
import type { Finding } from '../../src/model/finding.ts';
import { contentsReport, depthsOf } from './scan-report.ts';
import { buildStockImage, stockImages } from './stock-images.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { images: { type: 'string', default: Object.keys(stockImages).join(',') }, depth: { type: 'string' } },
});
const names = values.images === 'none' ? [] : values.images.split(',');
const depths = depthsOf(values.depth);

const found: { readonly image: string; readonly finding: Finding; readonly isHard: boolean }[] = [];
let files = 0;
console.log(
  '| image | depth | files | malware: judged | MB | webshells: judged | MB | CPU s | MB of memory | findings |',
);
console.log('|---|---|---|---|---|---|---|---|---|---|');

for (const name of names) {
  const image = stockImages[name];
  if (image === undefined)
    throw new Error(`There is no image ${name}; there are ${Object.keys(stockImages).join(', ')}.`);
  const kept = path.join(folder, 'stock');
  mkdirSync(kept, { recursive: true });
  measure(name, `oci-dir:${await buildStockImage(kept, name, image)}`, image.isHard ?? false);
}
for (const reference of positionals) measure(path.basename(reference), reference, false);

for (const { image, finding } of found) tell(image, finding);
const wrong = found.filter(({ isHard }) => !isHard);
console.log(
  wrong.length === 0
    ? `nothing found in ${files} files`
    : `${wrong.length} findings, ${((wrong.length / files) * 10_000).toFixed(3)} in 10,000 files that were judged`,
);
process.exitCode = wrong.length === 0 ? 0 : 1;

function measure(image: string, reference: string, isHard: boolean): void {
  for (const depth of depths) {
    const { report, cpu, memory } = contentsReport(reference, 'malware,webshells', depth);
    const { files: all, contents } = report.coverage;
    const malware = contents?.['malware'];
    const webshells = contents?.['webshells'];
    if (malware === undefined || webshells === undefined) throw new Error(`nothing of ${image} was judged`);
    // Each of the two depths judges files anew; the larger number is how many there were.
    files += Math.max(malware.judged, webshells.judged);
    for (const finding of report.findings) found.push({ image: `${image} (${depth})`, finding, isHard });
    const judged = [malware, webshells].flatMap((one) => [one.judged, (one.bytes / 1e6).toFixed(0)]);
    const cells = [image, depth, all, ...judged, cpu.toFixed(1), memory?.toFixed(0) ?? '-', report.findings.length];
    console.log(`| ${cells.join(' | ')} |`);
  }
}

function tell(image: string, { location, severity, confidence, id, witnesses = [] }: Finding): void {
  console.log(`${image}: ${location?.path ?? '-'}: ${id}, ${severity}, confidence ${confidence}`);
  for (const { engine, rule, weight, score, view, places = [] } of witnesses) {
    const spots = places.map(
      ({ line, offset, excerpt }) => `${line === undefined ? `byte ${offset}` : `line ${line}`}: ${excerpt}`,
    );
    const about = [weight, ...(score === undefined ? [] : [String(score)]), ...(view === undefined ? [] : [view])].join(
      ', ',
    );
    console.log(`  ${engine} ${rule} (${about})${spots.map((spot) => `\n    ${spot}`).join('')}`);
  }
}
