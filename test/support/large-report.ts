import { type Finding, findingKinds } from '../../src/model/finding.ts';
import type { Observation } from '../../src/model/observation.ts';
import type { Package } from '../../src/model/package.ts';
import { packageUses } from '../../src/model/package-use.ts';
import type { Report } from '../../src/model/report.ts';
import type { Severity } from '../../src/model/severity.ts';
import { summarise } from '../../src/report/summary.ts';
import { makeReport } from './report.ts';
import { type SeededRandom, seededRandom } from './seeded-random.ts';
import { makePackage } from './view.ts';

const words =
  'buffer overflow in the parser of certificates allows remote attackers to read beyond memory use after free when a crafted archive is opened improper validation of headers leads to denial of service'.split(
    ' ',
  );
const names =
  'openssl curl zlib expat libxml2 glibc perl python sqlite nghttp2 gnutls systemd tar bash krb5 ncurses'.split(' ');
const rated: readonly Severity[] = [
  'critical',
  'high',
  'high',
  'medium',
  'medium',
  'medium',
  'low',
  'low',
  'negligible',
  'unknown',
];

/**
 * A report as a large image has it, that never was: findings of all kinds, packages, layers, history, a run. The same for the
 * same number.
 */
export function largeReport(findings: number): Report {
  const random = seededRandom(20_000);
  const layers = Array.from({ length: 24 }, (_, index) => ({
    index,
    digest: `sha256:${random.of('0123456789abcdef', 64)}`,
    diffId: `sha256:${random.of('0123456789abcdef', 64)}`,
    size: index === 0 ? 48_000_000 : random.below(30_000_000),
    instruction:
      index === 0 ? 'ADD rootfs.tar.xz /' : `RUN apt-get update && apt-get install -y ${random.pick(names)}-${index}`,
  }));
  const packages = Array.from({ length: Math.max(40, Math.floor(findings / 12)) }, (_, place): Package => {
    const name = `${random.pick(names)}${place < names.length ? '' : `-${place}`}`;
    const version = `${random.below(9)}.${random.below(20)}.${random.below(30)}-${random.below(4)}`;
    const type = random.below(3) === 0 ? 'npm' : 'deb';
    return {
      ...makePackage(name, version, { type }),
      licences: ['MIT'],
      layer: { index: random.below(layers.length) },
      locations: [type === 'deb' ? 'var/lib/dpkg/status' : `app/node_modules/${name}/package.json`],
      ...(random.below(40) === 0 && { ownedBy: 'nodejs' }),
    };
  });
  const list = Array.from({ length: findings }, (_, place) => makeOne(place, random, packages));
  const base = makeReport();
  return {
    ...base,
    image: {
      ...base.image,
      reference: 'registry.example/shop/checkout:2026.8',
      layers,
      base: {
        by: 'known',
        name: 'debian:12',
        layers: 3,
        entries: 5,
        reason: 'Its first layers are those of debian:12.',
      },
      history: layers.flatMap(({ index, instruction }) => [
        { index: index * 2, instruction, created: '2026-08-01T10:00:00Z', layerIndex: index },
        { index: index * 2 + 1, instruction: `ENV STEP_${index}=${index}`, created: '2026-08-01T10:00:00Z' },
      ]),
    },
    packages,
    findings: list,
    problems: [
      { code: 'layer.truncated', message: 'Layer 7 ends in the middle of a file.', layer: 7, path: 'opt/app/data.bin' },
      ...base.problems,
    ],
    coverage: { ...base.coverage, complete: false, ledger: makeLedger() },
    observation: makeObservation(packages, random),
    summary: summarise(list),
  };
}

function makeOne(place: number, random: SeededRandom, packages: readonly Package[]): Finding {
  const severity = random.pick(rated);
  const kind = random.below(25) === 0 ? random.pick(findingKinds) : 'vulnerability';
  const title = Array.from({ length: 6 + random.below(8) }, () => random.pick(words)).join(' ');
  const shared = {
    aliases: [],
    severity,
    confidence: 'certain',
    title,
    from: random.pick(['base', 'own', 'own', 'unknown'] as const),
    ...(random.below(30) === 0 && {
      suppressed: { by: 'policy:drydock.yaml:4', reason: 'Not reachable.', expires: '2027-01-01' },
    }),
  } as const;
  if (kind !== 'vulnerability') {
    return {
      ...shared,
      kind,
      id: `${kind}-rule-${random.below(20)}`,
      layer: { index: random.below(24), instruction: 'COPY . /app' },
      location: { path: `app/src/file-${place}.js`, line: random.below(900) + 1 },
      evidence: `The file says "${title.slice(0, 30)}".`,
      source: { name: 'drydock' },
      remediation: 'Take it out.',
    };
  }
  const pkg = random.pick(packages);
  const isFixed = random.below(3) > 0;
  return {
    ...shared,
    kind,
    id: `CVE-20${10 + random.below(16)}-${1000 + place}`,
    layer: { index: pkg.layer.index, instruction: 'RUN apt-get install' },
    evidence: `${pkg.name} ${pkg.version} < ${pkg.version}.1 (deb order, source package ${pkg.name}, debian:12)`,
    source: { name: 'debian-tracker', url: `https://security-tracker.debian.org/tracker/CVE-2024-${place}` },
    package: { name: pkg.name, version: pkg.version, purl: pkg.purl },
    location: { path: pkg.locations[0]! },
    ...(isFixed && { fixedVersion: `${pkg.version}.1`, upgradeTo: `${pkg.version}.2` }),
    state: isFixed ? 'fixed' : 'affected',
    score: {
      cvss: [
        {
          version: '3.1',
          vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
          score: random.below(100) / 10,
          source: 'nvd',
        },
      ],
      epss: random.below(1000) ** 3 / 1e9,
      epssPercentile: random.below(100) / 100,
      kev: random.below(200) === 0,
      severitySource: 'debian-tracker',
      cwes: ['CWE-787'],
    },
    ...(random.below(4) === 0 && { inUse: true, use: random.pick(packageUses) }),
  };
}

function makeLedger(): NonNullable<Report['coverage']['ledger']> {
  const count = (files: number, bytes: number) => ({ files, bytes });
  return {
    classes: {
      owned: count(5311, 61_000_000),
      modified: count(3, 20_000),
      analysed: count(80, 9_000_000),
      copied: count(1, 4_000_000),
      generated: count(12, 300_000),
      data: count(40, 11_000_000),
      executable: count(9, 4_500_000),
      skipped: count(1, 100_000),
      failed: count(1, 80_000),
    },
    executables: { ...count(900, 50_000_000), explained: count(890, 45_400_000) },
    unexplained: 10,
    modified: ['usr/bin/passwd'],
    hidden: [
      { layer: 1, ...count(120, 6_000_000) },
      { layer: 4, ...count(3, 40_000) },
    ],
  };
}

function makeObservation(packages: readonly Package[], random: SeededRandom): Observation {
  const used = packages.slice(0, 20).map(({ name, version, purl }) => ({ name, version, purl }));
  return {
    engine: { name: 'the Docker engine at unix:///run/docker.sock', version: '28.3' },
    cage: { profile: 'default', allows: ['Loopback only.', 'CHOWN, SETUID, SETGID'] },
    attempts: [
      {
        outcome: 'exited',
        changes: [],
        milliseconds: 400,
        exitCode: 1,
        reason: 'it ended',
        log: ['no password is set'],
      },
      {
        outcome: 'listening',
        changes: ['PASSWORD is set (an assumption)'],
        milliseconds: 1500,
        reason: 'it listens',
        log: ['ready'],
      },
    ],
    startedAt: '2026-08-21T12:00:00Z',
    milliseconds: 20_000,
    ports: [
      {
        protocol: 'tcp',
        port: 443,
        addresses: ['0.0.0.0', '::'],
        declared: true,
        state: 'listening',
        localOnly: false,
        pid: 7,
        process: 'nginx',
        executable: '/usr/sbin/nginx',
        uid: 0,
        user: 'root',
        package: used[0]!,
        service: { name: 'https', product: 'nginx', version: '1.26.3', encrypted: true },
      },
      { protocol: 'tcp', port: 8080, addresses: [], declared: true, state: 'dead', localOnly: false },
      {
        protocol: 'udp',
        port: 9,
        addresses: ['127.0.0.1'],
        declared: false,
        state: 'listening',
        localOnly: true,
        uid: 33,
        user: 'www-data',
        executable: '/tmp/x',
        gone: 'deleted',
      },
    ],
    processes: used.map((pkg, place) => ({
      pid: place + 1,
      name: pkg.name,
      executable: `/usr/bin/${pkg.name}`,
      arguments: [pkg.name, '--serve', `--port=${place}`],
      uid: 0,
      user: 'root',
      package: pkg,
      from: place === 3 ? ('dropped' as const) : { layer: { index: 2 } },
      running: place < 3,
    })),
    packagesInUse: used.map((pkg, place) => ({
      ...pkg,
      use: packageUses[Math.min(3, place)]!,
      files: [`/usr/lib/${pkg.name}.so`],
      count: 3,
    })),
    untouched: [{ name: 'perl', version: '5.40', layer: 0, bytes: 40_000_000 }],
    calls: Object.fromEntries(
      [
        'openat',
        'read',
        'write',
        'mmap',
        'close',
        'socket',
        'bind',
        'listen',
        'accept4',
        'epoll_wait',
        'clone3',
        'execve',
        'futex',
      ].map((name) => [name, { count: random.below(90_000) + 1, failed: random.below(40) }]),
    ),
    contacts: [{ name: 'pool.example', address: '192.0.2.7', port: 3333, count: 4 }],
    drift: [
      { path: '/tmp/x', change: 'added', executable: true },
      { path: '/etc/hosts', change: 'changed' },
    ],
    resources: { memoryPeakBytes: 91_000_000, cpuSeconds: 3.2, looks: 20 },
    coverage: {
      tracer: 'strace',
      version: '6.13',
      calls: 412_000,
      lost: 0,
      undecoded: 12,
      blindSpots: ['What the kernel does by itself.', 'Memory that was mapped before.'],
      sockets: 'host',
    },
  };
}
