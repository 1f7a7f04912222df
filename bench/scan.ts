// The whole scan of a minimal Debian image as people run it, warm, and what start-up takes of it.
//   npm run build && node bench/scan.ts [ROUNDS]
import path from 'node:path';
import { minimalImages } from './images.ts';
import { compare } from './measure.ts';

const root = path.resolve(import.meta.dirname, '..');
const images = minimalImages();
const node = [process.execPath, path.join(root, 'bin/drydock.js')];
const scan = ['scan', '--checks', 'vulnerability', '--offline', '-f', 'json'];

compare(
  {
    'node, empty': [process.execPath, '-e', '0'],
    version: [...node, 'version'],
    'launcher, version': [path.join(root, 'drydock'), 'version'],
    'scan, plain': [...node, ...scan, images.plain],
    'launcher, scan, plain': [path.join(root, 'drydock'), ...scan, images.plain],
    'scan, gzip': [...node, ...scan, images.gzip],
    'scan, zstd': [...node, ...scan, images.zstd],
    'header walk (tar -t)': ['tar', '-tf', images.plain],
  },
  Number(process.argv[2] ?? 15),
);
