import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import type { Finding } from '../../src/model/finding.ts';
import type { Observation, ObservedPort } from '../../src/model/observation.ts';
import type { Report } from '../../src/model/report.ts';
import { compareSeverity } from '../../src/model/severity.ts';
import { listContainers } from '../../src/net/container-engine/containers.ts';
import { connectEngine } from '../../src/net/container-engine/engine.ts';
import { listImages } from '../../src/net/container-engine/image-store.ts';
import { listNetworks } from '../../src/net/container-engine/networks.ts';
import { listVolumes } from '../../src/net/container-engine/volumes.ts';
import { ownArchitecture } from './busybox-image.ts';
import { type DebianLayer, debianBase, debianLayer } from './debian-layers.ts';
import { layer } from './image.ts';
import type { RealEngine } from './real-engines.ts';
import { runDrydock } from './run.ts';
import { layers, type MomentTruth, type PortTruth, type RunTruth, type ServiceImage } from './service-images.ts';

/** What a run told, held against what is true. */
export interface JudgedRun {
  /** What is not as it must be, a line each; empty: all is right. */
  readonly wrong: readonly string[];
  readonly seconds: number;
  readonly observation?: Observation;
  readonly findings: readonly Finding[];
  readonly problems: Report['problems'];
}

export interface JudgeOptions {
  readonly kind: 'docker' | 'podman';
  readonly real: RealEngine;
  /** Where the layers of Debian's packages are kept. */
  readonly folder: string;
  /** Milliseconds that a run may take before it counts as hung. */
  readonly timeout: number;
}

/** Runs `drydock observe` on an image that the engine was given, and compares. */
export async function judgeServiceImage(image: ServiceImage, options: JudgeOptions): Promise<JudgedRun> {
  const { kind, real, folder, timeout } = options;
  mkdirSync(folder, { recursive: true });
  const place = mkdtempSync(path.join(folder, 'run-'));
  try {
    const versions = packagesOf(image, folder)?.versions ?? new Map<string, string>();
    const file = path.join(place, 'report.json');
    const fixed = ['--offline', '--engine', kind, '-o', `json=${file}`, '--cache-dir', path.join(folder, 'scans')];
    const began = performance.now();
    const { status, signal, stderr } = await runDrydock(
      ['observe', `${image.name}:1`, '--checks', 'none', '--duration', '3s', ...fixed, ...(image.args ?? [])],
      { environment: { ...real.environment, TMPDIR: place }, timeout },
    );
    const seconds = Math.round((performance.now() - began) / 100) / 10;
    const left = (await whatIsLeft(options)).map((one) => `left: ${one}`);
    if (signal !== undefined) {
      return {
        wrong: [`it hung, and was killed: ${stderr.trimEnd().split('\n').at(-1)}`, ...left],
        seconds,
        findings: [],
        problems: [],
      };
    }
    let report: Report;
    try {
      report = JSON.parse(readFileSync(file, 'utf8')) as Report;
    } catch {
      return {
        wrong: [`no report (status ${status}): ${stderr.slice(-500)}`, ...left],
        seconds,
        findings: [],
        problems: [],
      };
    }
    const { observation, findings, problems } = report;
    const wrong =
      observation === undefined ? ['no observation'] : compare(observation, findings, image.truth, versions);
    return { wrong: [...wrong, ...left], seconds, ...(observation && { observation }), findings, problems };
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/**
 * Gives images to engines, all in one archive as `docker save` writes them (OCI image specification, config.md): what they
 * share is in it once, and goes through no memory.
 */
export function loadServiceImages(
  images: readonly ServiceImage[],
  folder: string,
  engines: readonly RealEngine[],
): void {
  const place = mkdtempSync(path.join(folder, 'load-'));
  try {
    const manifest = images.map((image) => {
      const found = layersOf(image, folder, place);
      const config = JSON.stringify({
        ...{ architecture: ownArchitecture, os: 'linux', created: '2024-01-01T00:00:00Z', config: image.config },
        rootfs: { type: 'layers', diff_ids: found.map((digest) => `sha256:${digest}`) },
      });
      const name = `${digestOf(config)}.json`;
      writeFileSync(path.join(place, name), config);
      return { Config: name, RepoTags: [`${image.name}:1`], Layers: found.map((digest) => `${digest}.tar`) };
    });
    writeFileSync(path.join(place, 'manifest.json'), JSON.stringify(manifest));
    const archive = path.join(place, 'all.tar');
    const files = readdirSync(place);
    execFileSync('tar', ['-cf', archive, '--dereference', '-C', place, ...files]);
    for (const engine of engines) engine.load(archive);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** Puts the layers of an image into a folder, under the names of what is in them. @returns their digests, from the lowest on */
function layersOf(image: ServiceImage, folder: string, place: string): string[] {
  const packages = packagesOf(image, folder);
  const shared = [...(image.layer === 'scratch' ? [] : [debianBase(folder)]), ...(packages ? [packages.tar] : [])];
  const found = shared.map((tar) => {
    const digest = digestOfShared(tar);
    const link = path.join(place, `${digest}.tar`);
    if (!existsSync(link)) symlinkSync(tar, link);
    return digest;
  });
  if (image.entries === undefined) return found;
  const own = layer([...image.entries]);
  const digest = digestOf(own);
  writeFileSync(path.join(place, `${digest}.tar`), own);
  return [...found, digest];
}

const digests = new Map<string, string>();

function digestOfShared(tar: string): string {
  const digest = digests.get(tar) ?? digestOf(readFileSync(tar));
  digests.set(tar, digest);
  return digest;
}

function digestOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

function packagesOf({ layer: name }: ServiceImage, folder: string): DebianLayer | undefined {
  return name === 'base' || name === 'scratch' ? undefined : debianLayer(folder, name, layers[name]);
}

/** What bears the labels of runs. */
async function whatIsLeft({ kind, real }: JudgeOptions): Promise<readonly string[]> {
  const engine = await connectEngine(kind, { environment: real.environment });
  const labels = { 'drydock.run': true } as const;
  const all = await Promise.all([
    listContainers(engine, labels),
    listNetworks(engine, labels),
    listVolumes(engine, {}),
    listImages(engine, labels),
  ]);
  return all.flat().map((one) => JSON.stringify(one).slice(0, 200));
}

function compare(
  { attempts, ports, contacts, coverage }: Observation,
  findings: readonly Finding[],
  truth: RunTruth,
  versions: ReadonlyMap<string, string>,
): string[] {
  const last = attempts.at(-1);
  const told = [...(last?.log ?? []), last?.reason ?? '', ...attempts.flatMap(({ log }) => log)].join('\n');
  const found = findings
    .filter(({ kind, severity }) => kind === 'service' && compareSeverity(severity, 'negligible') > 0)
    .map(({ id, evidence }) => `${/^\w+ (\d+)/.exec(evidence ?? '')?.[1]} ${id.replace('service.', '')}`);
  const calls = findings.filter(({ kind }) => kind === 'call');
  const wrong = [
    ...differences('tries', attempts.map(({ outcome }) => outcome).join(), truth.tries.join()),
    ...(truth.words === undefined || truth.words.test(told) ? [] : [`${truth.words} is not told: ${told.slice(-300)}`]),
    ...differences('findings', [...new Set(found)].sort().join(), [...(truth.findings ?? [])].sort().join()),
    ...calls.map(({ id, evidence }) => `call rule ${id}: ${evidence}`),
    ...comparePorts(ports, truth, versions),
    ...(truth.contacts ?? [])
      .filter((name) => !contacts.some((contact) => contact.name === name))
      .map((name) => `${name} is not among the contacts`),
  ];
  if (truth.tries.at(-1) === 'failed') return wrong;
  const { tracer, lost, undecoded } = coverage;
  return [
    ...wrong,
    ...differences('coverage', `${tracer} ${lost} lost ${undecoded} undecoded`, 'strace 0 lost 0 undecoded'),
  ];
}

function comparePorts(
  ports: readonly ObservedPort[],
  { ports: truths, moments = [] }: RunTruth,
  versions: ReadonlyMap<string, string>,
): string[] {
  const wrong: string[] = [];
  const lasting = [...ports];
  for (const moment of moments) {
    const at = lasting.findIndex(
      (port) => isAt(port, moment.at) && !truths.some((truth) => placeOf(port) === truth.at),
    );
    const [seen] = at < 0 ? [] : lasting.splice(at, 1);
    wrong.push(
      ...(seen === undefined
        ? [`${moment.at}, open for a moment, is not told`]
        : comparePort(seen, { ...moment, at: placeOf(seen) }, versions)),
    );
  }
  wrong.push(...differences('ports', lasting.map(placeOf).join(), truths.map((truth) => truth.at).join()));
  for (const truth of truths) {
    const seen = lasting.find((port) => placeOf(port) === truth.at);
    if (seen !== undefined) wrong.push(...comparePort(seen, truth, versions));
  }
  return wrong;
}

/** Where the kernel takes numbers from that nobody asked for (ip(7), ip_local_port_range). */
const chosen = { first: 32_768, last: 60_999 };

function isAt(port: ObservedPort, at: MomentTruth['at']): boolean {
  const { protocol, port: number } = port;
  if (at === `${protocol} *`) return number >= chosen.first && number <= chosen.last;
  return placeOf(port) === at;
}

function placeOf({ protocol, port }: ObservedPort): string {
  return `${protocol} ${port}`;
}

function comparePort(seen: ObservedPort, truth: PortTruth, versions: ReadonlyMap<string, string>): string[] {
  const { executable: program, package: owner } = truth;
  const version = owner === undefined ? '' : (versions.get(owner) ?? 'not installed');
  return [
    ...differences(`${truth.at} state`, seen.state, truth.state ?? 'listening'),
    ...differences(`${truth.at} declared`, seen.declared, truth.declared ?? false),
    ...differences(`${truth.at} localOnly`, seen.localOnly, truth.localOnly ?? false),
    ...differences(
      `${truth.at} package`,
      seen.package && `${seen.package.name} ${seen.package.version}`,
      owner && `${owner} ${version}`,
    ),
    ...(program instanceof RegExp
      ? differences(`${truth.at} program`, program.test(seen.executable ?? '') ? '' : seen.executable, '')
      : differences(`${truth.at} program`, seen.executable, program)),
    ...(truth.user === undefined ? [] : differences(`${truth.at} user`, seen.user, truth.user)),
    ...(truth.script === undefined ? [] : differences(`${truth.at} script`, seen.script, truth.script)),
    ...(truth.service === undefined ? [] : differences(`${truth.at} service`, seen.service?.name, truth.service)),
  ];
}

function differences(what: string, is: unknown, must: unknown): string[] {
  return is === must ? [] : [`${what}: ${String(is)} instead of ${String(must)}`];
}
