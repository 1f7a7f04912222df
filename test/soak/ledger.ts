// The ledger of images that are made of packages: every file in one class, as many and as large as `find` counts them, and every
// executable explained.
//   node test/soak/ledger.ts [IMAGE...]
// IMAGE: images that bench/image-set.ts makes; min, py and app where none is named. Needs umoci and room for the largest. Prints a
// line for each image and what is wrong with it; ends with 1 where anything is.
import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { benchImage, buildImages, folder, type ImageName } from '../../bench/image-set.ts';
import { fileClasses } from '../../src/model/report.ts';
import { scanReport } from './scan-report.ts';
import { unpackImage } from './unpack-image.ts';

/** Least share of the bytes of executables that is explained. `min` holds packages of Debian and nothing else. */
const least: Partial<Record<ImageName, number>> = { min: 1, py: 0.99, app: 0.97 };
const checks = 'vulnerability,configuration,history,secrets,persistence,evasion,end-of-life';

const names = process.argv.slice(2).length > 0 ? process.argv.slice(2) : Object.keys(least);
await buildImages(names as ImageName[]);
let failed = false;
for (const name of names as ImageName[]) {
  const { coverage } = scanReport(benchImage(name).plain, checks);
  const { ledger, files, bytes } = coverage;
  if (ledger === undefined) throw new Error(`the report of ${name} has no ledger`);
  const wrong: string[] = [];
  const counted = countFiles(benchImage(name).gzipFolder);
  if (counted.files !== files || counted.bytes !== bytes)
    wrong.push(`find counts ${counted.files} files, ${counted.bytes} bytes; the ledger ${files}, ${bytes}`);
  const sum = fileClasses.reduce((all, of) => all + (ledger.classes[of]?.files ?? 0), 0);
  if (sum !== files) wrong.push(`${sum} files are in classes`);
  const share = ledger.executables.explained.bytes / ledger.executables.bytes;
  if (share < (least[name] ?? 0)) wrong.push(`less than ${least[name]} is explained`);
  if (name === 'min' && ledger.unexplained > 0) wrong.push(`not explained: ${coverage.unexplained.join(', ')}`);
  console.log(
    `${name}: ${files} files in classes, ${(share * 100).toFixed(2)} per cent of the bytes of ${ledger.executables.files} executables explained, ${ledger.unexplained} executables not`,
  );
  for (const what of wrong) console.log(`  ${what}`);
  failed ||= wrong.length > 0;
}
if (failed) process.exitCode = 1;

/** Regular files of an image as they lie in a folder: each once, whatever number of names it has. */
function countFiles(layout: string): { readonly files: number; readonly bytes: number } {
  const root = mkdtempSync(path.join(folder, 'ledger-'));
  try {
    unpackImage(layout, path.join(root, 'image'));
    const seen = new Set<number>();
    let bytes = 0;
    // Not `recursive`, which follows links: Debian has one from a directory to itself.
    const left = [path.join(root, 'image')];
    for (let at = left.pop(); at !== undefined; at = left.pop()) {
      for (const entry of readdirSync(at, { withFileTypes: true })) {
        const name = path.join(at, entry.name);
        if (entry.isDirectory()) left.push(name);
        if (!entry.isFile()) continue;
        const { ino, size } = lstatSync(name);
        if (seen.has(ino)) continue;
        seen.add(ino);
        bytes += size;
      }
    }
    return { files: seen.size, bytes };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
