import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { documentChecks } from '../src/checks/document.ts';
import { checks } from '../src/checks/index.ts';
import type { Report } from '../src/model/report.ts';
import { dockerArchive } from './support/image.ts';
import { oldNode } from './support/old-node.ts';
import { manifestOf, packagesNeeded, servePackages } from './support/package-registry.ts';
import { debianLayer, debianPackages } from './support/root-file-systems.ts';
import { projectRoot, type RunResult, runProgram } from './support/run.ts';
import { temporaryFolder, writeTemporary } from './support/temporary.ts';

/*
 * Makes the package from a copy of this checkout, installs it into an empty project, and uses it there, as somebody who
 * has nothing else would. The packages that it depends on come from node_modules: no network is needed.
 */

const hasNpm = (await runProgram('npm', ['--version']).catch(() => undefined))?.status === 0;

const folder = temporaryFolder();
const checkout = path.join(folder, 'checkout');
const project = path.join(folder, 'project');
const installed = path.join(project, 'node_modules/drydock');

const environment = {
  PATH: `${path.dirname(process.execPath)}:${process.env['PATH']}`,
  HOME: folder,
  npm_config_cache: path.join(folder, 'cache'),
  DRYDOCK_NO_PROGRESS: 'true',
  npm_config_audit: 'false',
  npm_config_fund: 'false',
  npm_config_update_notifier: 'false',
};

async function run(program: string, args: readonly string[], where: string): Promise<RunResult> {
  return await runProgram(program, args, { folder: where, environment, timeout: 280_000 });
}

async function npm(args: readonly string[], where: string): Promise<string> {
  const { status, stdout, stderr } = await run('npm', args, where);
  expect(status, stderr).toBe(0);
  return stdout;
}

/** A copy with the dependencies of this checkout and no build. */
function copyCheckout(): void {
  const names = [
    '.npmrc',
    'bin',
    'docs',
    'examples',
    'src',
    'starter',
    'tools',
    'web',
    ...globSync('*.{json,md}', { cwd: projectRoot }),
  ];
  for (const name of [...names, 'LICENSE']) {
    cpSync(path.join(projectRoot, name), path.join(checkout, name), {
      recursive: true,
      filter: (source) => path.basename(source) !== 'node_modules',
    });
  }
  const modules = path.join(checkout, 'node_modules');
  mkdirSync(modules);
  for (const name of readdirSync(path.join(projectRoot, 'node_modules')).filter((each) => !each.startsWith('.'))) {
    symlinkSync(path.join(projectRoot, 'node_modules', name), path.join(modules, name));
  }
  // Newer than the lock file: installed.
  writeFileSync(path.join(modules, '.package-lock.json'), '');
}

let tarball: string;
const needed = packagesNeeded(projectRoot);
const { version, dependencies = {} } = manifestOf(projectRoot);

describe.skipIf(!hasNpm)('the package (skipped: no npm)', () => {
  beforeAll(async () => {
    copyCheckout();
    for (const made of [project, path.join(folder, 'out')]) mkdirSync(made);
    await npm(['pack', '--offline', '--pack-destination', path.join(folder, 'out')], checkout);
    tarball = path.join(folder, 'out', `drydock-${version}.tgz`);
    writeFileSync(path.join(project, 'package.json'), '{ "name": "empty", "private": true, "type": "module" }');
    const registry = await servePackages(needed.values());
    try {
      await npm(['install', '--ignore-scripts', '--registry', registry.url, tarball], project);
    } finally {
      registry.close();
    }
  });

  it('has what is needed, and nothing else', async () => {
    const { stdout } = await run('tar', ['-tzf', tarball], folder);
    const files = stdout
      .trim()
      .split('\n')
      .map((name) => name.replace(/^package\//, ''));
    const code = files.filter((name) =>
      /^dist\/(?:bundle\/[\w.-]+\.js|(?!(?:bundle|cli|config|jobs|notify|server|store)\/).*\.d\.ts)$/.test(name),
    );
    expect(code.length).toBeGreaterThan(100);
    const page = files.filter((name) =>
      /^dist\/web\/(?:assets\/[\w.-]+\.(?:js|css)|[\w-]+\.(?:html|js|svg))$/.test(name),
    );
    expect(page).toEqual(expect.arrayContaining(['dist/web/index.html', 'dist/web/report.html', 'dist/web/start.js']));
    const others = files.filter((name) => !code.includes(name) && !page.includes(name));
    expect(others.toSorted()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'bin/drydock.js',
      'dist/openapi.json',
      'dist/report.schema.json',
      'docs/analyze-local-images.md',
      'docs/api.md',
      'docs/archives.md',
      'docs/attestations.md',
      'docs/call-rules.md',
      'docs/call-rules/fields.md',
      'docs/call-rules/rules.md',
      'docs/checks.md',
      ...[...documentChecks(checks).keys(), 'checks/secret-kinds.md', 'checks/webshells.md']
        .map((name) => `docs/${name}`)
        .filter((name) => name.startsWith('docs/checks/'))
        .toSorted(),
      'docs/config.md',
      'docs/diff.md',
      'docs/errors.md',
      'docs/formats.md',
      'docs/image-sources.md',
      'docs/map.md',
      'docs/notifications.md',
      'docs/observe.md',
      'docs/operating.md',
      'docs/policy.md',
      'docs/report.md',
      'docs/rules.md',
      'docs/sarif.md',
      'docs/sbom.md',
      'docs/service-rules.md',
      'docs/severity.md',
      'docs/vex.md',
      'docs/web.md',
      'examples/demo.tar',
      'examples/templates/code-quality.json.liquid',
      'examples/templates/mail.html.liquid',
      'examples/templates/summary.txt.liquid',
      'package.json',
      ...globSync('starter/**/*.{bin,json,md,yaml,yar}', { cwd: projectRoot }).toSorted(),
    ]);
    expect(files.filter((name) => /\.test\.|fixtures/.test(name))).toEqual([]);
  });

  it('has the pages that its pages send readers to', () => {
    const pages = globSync('docs/*.md', { cwd: installed });
    const links = pages.flatMap((page) => {
      const text = readFileSync(path.join(installed, page), 'utf8');
      // Sources and decisions are for those who have the repository.
      return [...text.matchAll(/\]\(([\w.-]+\.(?:md|json))\b/g)].map(([, name]) => `docs/${name}`);
    });
    expect(links.length).toBeGreaterThan(10);
    expect([...new Set(links)].filter((link) => !existsSync(path.join(installed, link)))).toEqual([]);
  });

  it('brings no package besides those that it needs to run', () => {
    const lock = JSON.parse(readFileSync(path.join(project, 'package-lock.json'), 'utf8')) as {
      readonly packages: Readonly<Record<string, { readonly version: string }>>;
    };
    const modules = Object.entries(lock.packages)
      .filter(([place]) => place !== '')
      .map(([place, entry]) => `${place.replace(/^.*node_modules\//, '')}@${entry.version}`);
    expect([...new Set(modules)].toSorted()).toEqual([`drydock@${version}`, ...needed.keys()].toSorted());
  });

  it('imports nothing that is not there', () => {
    const bundle = path.join(installed, 'dist/bundle');
    const files = readdirSync(bundle);
    const imports = files.flatMap((file) =>
      [
        ...readFileSync(path.join(bundle, file), 'utf8').matchAll(
          /^(?:import|export)\b[^;]*?from "([^"\n]+)";$|\bimport\("([^"\n]+)"\)/gm,
        ),
      ].map(([, fixed, lazy]) => fixed ?? lazy ?? ''),
    );
    const chunks = files.map((file) => `./${file}`);
    const isThere = (name: string): boolean =>
      name.startsWith('node:') ||
      chunks.includes(name) ||
      Object.keys(dependencies).some((one) => name === one || name.startsWith(`${one}/`));
    expect(imports.length).toBeGreaterThan(100);
    expect([...new Set(imports)].filter((name) => !isThere(name))).toEqual([]);
  });

  it('loads no other package for a scan', () => {
    const bundle = path.join(installed, 'dist/bundle');
    const pending = readdirSync(bundle).filter((file) => /^(?:main|index|layer-thread|start|read|scan)\b/.test(file));
    expect(pending.length).toBeGreaterThan(5);
    const seen = new Set(pending);
    const packages: string[] = [];
    for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
      const code = readFileSync(path.join(bundle, file), 'utf8');
      for (const [, name = ''] of code.matchAll(/^(?:import|export)\b(?:[^;]*?from )? ?"([^"\n]+)";$/gm)) {
        const chunk = name.startsWith('./') ? name.slice(2) : undefined;
        if (chunk === undefined) packages.push(`${file}: ${name}`);
        else if (!seen.has(chunk)) {
          seen.add(chunk);
          pending.push(chunk);
        }
      }
    }
    expect(packages).toEqual([]);
    // What only serve needs has files of its own.
    expect([...seen].filter((file) => /^(?:serve|postgres|sqlite)/.test(file))).toEqual([]);
  });

  it('does not tell where it was made', () => {
    const files = globSync('**/*.{js,json,ts,md}', { cwd: installed }).map((name) => path.join(installed, name));
    expect(files.filter((file) => readFileSync(file, 'utf8').includes(checkout))).toEqual([]);
  });

  it('runs by npx', async () => {
    expect(await run('npx', ['drydock', 'version'], project)).toMatchObject({
      status: 0,
      stdout: `drydock ${version}\n`,
      stderr: '',
    });
  });

  it('scans an image, with the starter advisories', async () => {
    const image = writeTemporary('image.tar', dockerArchive({ layers: [debianLayer()] }));
    const { status, stdout, stderr } = await run('npx', ['drydock', 'scan', '--offline', '-f', 'json', image], project);
    const report = JSON.parse(stdout) as Report;
    expect([status, stderr, report.packages.length, report.advisories.starter]).toEqual([
      0,
      '',
      debianPackages.length,
      true,
    ]);
  });

  it('has the demonstration', async () => {
    expect(await run('npx', ['drydock', 'demo'], project)).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('VULNERABILITIES'),
    });
  });

  it('can be imported, with types', async () => {
    writeFileSync(
      path.join(project, 'use.ts'),
      `import { tmpdir } from 'node:os';
import { checks, defaultLimits, ecosystems, noProgress, type Report, scanImage, silent } from 'drydock';

const context = {
  signal: new AbortController().signal,
  log: silent,
  limits: defaultLimits,
  progress: noProgress,
  temporary: tmpdir(),
  now: new Date(),
};
const reports: Report[] = await scanImage(process.argv[2] ?? '', { ecosystems, checks, toolVersion: '1' }, context);
const names: string[] | undefined = reports[0]?.packages.map(({ name }) => name);
// @ts-expect-error a report has no such field: its type is known
reports[0]?.nonsense;
process.stdout.write(JSON.stringify(names));
`,
    );
    const types = ['--types', 'node', '--typeRoots', path.join(projectRoot, 'node_modules/@types')];
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', '--lib', 'es2025', ...types];
    const tsc = path.join(projectRoot, 'node_modules/typescript/bin/tsc');
    expect(await run(process.execPath, [tsc, ...options, 'use.ts'], project)).toMatchObject({ status: 0, stdout: '' });
    const demo = path.join(installed, 'examples/demo.tar');
    const { stdout } = await run(process.execPath, ['use.ts', demo], project);
    expect(JSON.parse(stdout)).toContain('libssl3');
  });

  const old = oldNode();

  it.skipIf(old === undefined)('says that Node.js is too old, on one (skipped: the system has none)', async () => {
    const { status, stdout, stderr } = await run(old!, ['node_modules/.bin/drydock', 'version'], project);
    expect([status, stdout, stderr]).toEqual([
      69,
      '',
      expect.stringMatching(/^drydock needs Node\.js 24\.12 or newer/),
    ]);
  });
});
