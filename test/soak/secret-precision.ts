// Scans packages that were published for everybody for secrets, at default depth and with --deep: hardly anything in them is one.
//   node test/soak/secret-precision.ts [--sets NAME,...] [--depth default|deep] [--limit 1] [IMAGE...]
//     --sets    stock: what most images hold, which the forms were made by; held-out: services, clients of services and
//               manuals; default: both. `none` for those alone that are given
//     --limit   findings in 10,000 files that are too many in any of them
//     IMAGE     whatever `drydock scan` reads: a tree of modules (dir:FOLDER), another root file system (layer:FILE.tar)
// Packages are unpacked without what says who owns which file, so that both depths look into all of them. Needs apt-get,
// dpkg-deb and 12 GB, and no root; what is built is kept where bench/image-set.ts keeps its images. Prints a line for each set
// and depth, then every finding; ends with 1 where there are too many. Whole keys, which test suites and examples are published
// with, are keys: they are counted by themselves.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { folder } from '../../bench/image-set.ts';
import type { Finding } from '../../src/model/finding.ts';
import { contentsReport, depthsOf } from './scan-report.ts';

const sets: Readonly<Record<string, readonly string[]>> = {
  stock: [
    ...['python3.13', 'libpython3.13-stdlib', 'python3-doc', 'python3.13-doc', 'python3-pip', 'python3-django'],
    ...['python3-flask', 'python3-requests', 'python3-numpy', 'python3-scipy', 'python3-cryptography', 'python3-boto3'],
    ...['nodejs', 'npm', 'node-typescript', 'node-undici', 'eslint', 'libnode-dev'],
    ...['openjdk-21-jdk-headless', 'openjdk-21-jre-headless', 'openjdk-21-doc', 'openjdk-21-source'],
    ...['perl', 'perl-base', 'perl-modules-5.40', 'perl-doc', 'libmojolicious-perl', 'libcatalyst-perl'],
    ...['git-doc', 'linux-doc-6.12', 'manpages', 'manpages-dev', 'libssl-doc', 'gnutls-doc', 'cmake-doc'],
  ],
  'held-out': [
    ...['ruby-aws-sdk-core', 'ruby-doorkeeper', 'ruby-fog-google', 'ruby-gitlab', 'ruby-oauth2', 'ruby-actionpack'],
    ...['golang-github-google-go-github-dev', 'golang-github-docker-docker-dev', 'golang-github-slack-go-slack-dev'],
    ...['golang-github-minio-minio-go-v7-dev', 'golang-golang-x-oauth2-dev', 'golang-github-gin-gonic-gin-dev'],
    ...['librust-reqwest-dev', 'librust-oauth2-dev', 'librust-octocrab-dev', 'librust-tokio-dev', 'librust-url-dev'],
    ...['php-laravel-framework', 'php-symfony-security-core', 'php-guzzlehttp-guzzle', 'php-phpseclib3', 'composer'],
    ...['python3-twilio', 'python3-stripe', 'python3-github', 'python3-googleapi', 'python3-sentry-sdk'],
    'python3-authlib',
    ...['postgresql-17', 'postgresql-doc-17', 'mariadb-server', 'mariadb-test', 'redis-server', 'nginx', 'git'],
    ...['tomcat10', 'tomcat10-docs', 'libspring-core-java', 'jruby', 'groovy', 'ansible-core', 'cloud-init', 'podman'],
    ...['freeradius-config', 'prosody', 'ejabberd', 'rabbitmq-server', 'icinga2-common', 'prometheus', 'keystone-doc'],
    ...['nova-doc', 'apache2-doc', 'erlang-doc', 'ghc-doc', 'nodejs-doc', 'texlive-latex-base-doc', 'libboost1.83-doc'],
  ],
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sets: { type: 'string', default: Object.keys(sets).join(',') },
    depth: { type: 'string' },
    limit: { type: 'string', default: '1' },
  },
});
const names = values.sets === 'none' ? [] : values.sets.split(',');
const depths = depthsOf(values.depth);
const limit = Number(values.limit);
if (Number.isNaN(limit)) throw new Error('--limit is a number');

let isTooMany = false;
const said: string[] = [];
console.log('| set | depth | files | MB | CPU s | whole keys | other findings | in 10,000 files |');
console.log('|---|---|---|---|---|---|---|---|');
for (const name of names) measure(name, `layer:${layerOf(name)}`);
for (const reference of positionals) measure(path.basename(reference), reference);
for (const line of said) console.log(line);
console.log(isTooMany ? `more than ${limit} in 10,000 files` : `at most ${limit} in 10,000 files`);
process.exitCode = isTooMany ? 1 : 0;

/** A layer of all files of the packages of a set, built unless it is there. */
function layerOf(name: string): string {
  const packages = sets[name];
  if (packages === undefined) throw new Error(`There is no set ${name}; there are ${Object.keys(sets).join(', ')}.`);
  const kept = path.join(folder, 'stock');
  const layer = path.join(kept, `secrets-${name}.tar`);
  if (existsSync(layer)) return layer;
  console.error(`building ${layer} ...`);
  const [archives, root] = ['archives', 'root'].map((part) => path.join(kept, `secrets-${name}.unfinished`, part)) as [
    string,
    string,
  ];
  rmSync(path.dirname(root), { recursive: true, force: true });
  for (const part of [archives, root]) mkdirSync(part, { recursive: true });
  download(packages, archives);
  for (const archive of readdirSync(archives)) execFileSync('dpkg-deb', ['-x', path.join(archives, archive), root]);
  const unfinished = path.join(path.dirname(root), 'layer.tar');
  execFileSync('tar', ['--sort=name', '-cf', unfinished, '-C', root, '.']);
  renameSync(unfinished, layer);
  rmSync(path.dirname(root), { recursive: true, force: true });
  return layer;
}

/** All at once; where the mirror lacks one, one by one, and what is lacking is said. */
function download(packages: readonly string[], archives: string): void {
  const ask = (some: readonly string[]) =>
    spawnSync('apt-get', ['download', '-qq', ...some], { cwd: archives, stdio: 'ignore' }).status === 0;
  if (ask(packages)) return;
  const lacking = packages.filter((one) => !ask([one]));
  console.error(`not to be had: ${lacking.join(', ')}`);
  if (lacking.length * 2 > packages.length) throw new Error('most packages are not to be had: run apt-get update');
}

function measure(name: string, reference: string): void {
  for (const depth of depths) {
    const { report, cpu } = contentsReport(reference, 'secrets', depth);
    const { findings, coverage } = report;
    const { judged = 0, bytes = 0 } = coverage.contents?.['secrets'] ?? {};
    if (judged === 0) throw new Error(`nothing of ${name} was judged`);
    const keys = findings.filter(isKey);
    const others = findings.filter((finding) => !isKey(finding));
    const rate = (others.length / judged) * 10_000;
    if (rate > limit) isTooMany = true;
    const cells = [judged, (bytes / 1e6).toFixed(0), cpu.toFixed(1), keys.length, others.length, rate.toFixed(2)];
    console.log(`| ${[name, depth, ...cells].join(' | ')} |`);
    said.push(...[...others, ...keys].map((finding) => lineOf(`${name} (${depth})`, finding)));
  }
}

/** Keys that were read to their end, and stores of keys: no chance makes one. */
function isKey({ id }: Finding): boolean {
  return /^(?:[a-z]+-)?private-key$|^(?:pkcs12|java)-key-store$|^json-web-key$|^google-service-account-key$/.test(id);
}

/** Evidence of a secret shows no more of it than reports do. */
function lineOf(where: string, { id, severity, confidence, location, evidence }: Finding): string {
  const at = location?.line ?? location?.offset;
  return `${where}: ${location?.path ?? '-'}:${at ?? '-'}: ${id}, ${severity}, confidence ${confidence}: ${evidence}`;
}
