// The whole scan of a minimal Debian image as people run it, warm, and what start-up takes of it.
//   npm run build && node bench/scan.ts [ROUNDS [DATABASE]]
// DATABASE: an advisory database (drydock db import); without it the starter set is loaded at every start.
import path from 'node:path';
import { minimalImages } from './images.ts';
import { compare } from './measure.ts';

const [rounds = '15', database] = process.argv.slice(2);
const root = path.resolve(import.meta.dirname, '..');
const images = minimalImages();
const node = [process.execPath, path.join(root, 'bin/drydock.js')];
const launcher = path.join(root, 'drydock');
const scan = ['scan', '--checks', 'vulnerability', '--offline', '-f', 'json'];
if (database !== undefined) scan.push('--db', database);

compare(
  {
    'node, empty': [process.execPath, '-e', '0'],
    version: [...node, 'version'],
    'launcher, version': [launcher, 'version'],
    'scan, plain': [...node, ...scan, images.plain],
    'launcher, scan, plain': [launcher, ...scan, images.plain],
    'scan, gzip': [...node, ...scan, images.gzip],
    'scan, zstd': [...node, ...scan, images.zstd],
    'floor: tar -t of the layer': ['tar', '-tf', images.layer],
  },
  Number(rounds),
);
