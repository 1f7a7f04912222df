// Processor time of the search for secrets in what costs it most: words of its rules, repeated without end.
//   node bench/secrets.ts [MEGABYTES]
import { findSecrets } from '../src/secrets/find-secrets.ts';

const megabytes = Number(process.argv[2] ?? 9);
const repeated = [
  'the quick brown fox ',
  'password=',
  'password=abc\n',
  'password=;;;;;;;;;;;;',
  "x_auth_token='",
  '"password": "',
  '"auth":"',
  'eyJ',
  'AKIA',
  'A',
  '://',
  '://a:b',
  '-----BEGIN PRIVATE KEY-----\n',
  'Z2hw',
  'dnaHBf',
  '\\u0067',
  `ghp_${'a'.repeat(36)}\n`,
];
findSecrets(Buffer.from('password=a'), { path: 'a' });
for (const text of repeated) {
  const bytes = Buffer.alloc(megabytes * 1e6, text);
  const before = process.cpuUsage();
  findSecrets(bytes, { path: 'a.conf' });
  const { user, system } = process.cpuUsage(before);
  console.log(`${((user + system) / 1e6).toFixed(2).padStart(6)} s  ${JSON.stringify(text)}`);
}
