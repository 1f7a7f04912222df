import type { Finding } from '../../model/finding.ts';
import type { ProblemCode } from '../../model/problem.ts';
import type { Report } from '../../model/report.ts';
import type { WitnessEngine } from '../../model/witness.ts';
import type { DoctorLine } from './doctor-line.ts';
import type { CanaryScan, CanaryScans } from './scan-canaries.ts';

/** What must be in the report of a canary. */
interface Expectation {
  readonly id: string;
  readonly title: string;
  readonly canary: keyof CanaryScans;
  /** What the canary has, in words. */
  readonly bait: string;
  /** What was found of it, in words; undefined: nothing. */
  find(report: Report): string | undefined;
  /** The kind of rules that it cannot do without. */
  readonly needs?: 'rules' | 'model';
}

const packageOf = (name: string, version: string) => (report: Report) => {
  const found = report.packages.find((pkg) => pkg.name === name && pkg.version === version);
  return found && `${found.purl} in ${found.locations[0] ?? '?'}`;
};

const findingOf = (matches: (finding: Finding) => boolean) => (report: Report) => {
  const found = report.findings.find(matches);
  return found && [found.id, found.location && `at /${found.location.path}`].filter(Boolean).join(' ');
};

const vulnerabilityOf = (id: string, name: string) =>
  findingOf((finding) => finding.id === id && finding.package?.name === name);

const problemOf = (code: ProblemCode) => (report: Report) => report.problems.find((one) => one.code === code)?.message;

const witnessOf = (engine: WitnessEngine, kind: Finding['kind']) => (report: Report) => {
  for (const finding of report.findings) {
    const witness = finding.kind === kind ? finding.witnesses?.find((one) => one.engine === engine) : undefined;
    if (witness !== undefined) return `${witness.rule} of ${witness.set} at /${finding.location?.path ?? '?'}`;
  }
  return undefined;
};

/** Every engine that a scan has, and what it must say of a canary. */
const expectations: readonly Expectation[] = [
  {
    id: 'packages-alpine',
    title: 'Packages of Alpine, in a layer of gzip',
    canary: 'alpine',
    bait: 'libssl1.1 1.1.1k-r0',
    find: packageOf('libssl1.1', '1.1.1k-r0'),
  },
  {
    id: 'packages-debian',
    title: 'Packages of Debian, from a database that a layer removed',
    canary: 'debian',
    bait: 'libwebp7 1.2.4-0.2',
    find: packageOf('libwebp7', '1.2.4-0.2'),
  },
  {
    id: 'packages-npm',
    title: 'Packages of Node.js',
    canary: 'alpine',
    bait: 'lodash 4.17.20',
    find: packageOf('lodash', '4.17.20'),
  },
  {
    id: 'packages-python',
    title: 'Packages of Python',
    canary: 'alpine',
    bait: 'requests 2.19.0',
    find: packageOf('requests', '2.19.0'),
  },
  {
    id: 'nested-archives',
    title: 'Archives in archives',
    canary: 'alpine',
    bait: 'log4j-core 2.14.1 in a JAR in a WAR',
    find: (report) => {
      const found = report.packages.find(({ name, version }) => /log4j-core$/.test(name) && version === '2.14.1');
      return found?.locations.find((place) => place.includes('!/'));
    },
  },
  {
    id: 'matching-alpine',
    title: 'Vulnerabilities of Alpine, by the starter set',
    canary: 'alpine',
    bait: 'CVE-2021-3711 of openssl',
    find: vulnerabilityOf('CVE-2021-3711', 'libssl1.1'),
  },
  {
    id: 'matching-debian',
    title: 'Vulnerabilities of Debian, by the starter set',
    canary: 'debian',
    bait: 'CVE-2023-4863 of libwebp',
    find: vulnerabilityOf('CVE-2023-4863', 'libwebp7'),
  },
  {
    id: 'secrets',
    title: 'Secrets, in a layer of zstd',
    canary: 'alpine',
    bait: 'a private key that was just made',
    find: findingOf(({ kind, location }) => kind === 'secret' && location?.path === 'srv/deploy.pem'),
  },
  {
    id: 'malware-rules',
    title: 'Rules of malware (YARA)',
    canary: 'alpine',
    bait: 'the test file of EICAR',
    find: witnessOf('yara', 'malware'),
    needs: 'rules',
  },
  {
    id: 'webshell-rules',
    title: 'Rules of webshells (YARA)',
    canary: 'alpine',
    bait: 'a script that runs what is posted to it',
    find: witnessOf('yara', 'webshell'),
    needs: 'rules',
  },
  {
    id: 'webshell-model',
    title: 'Learned model of webshells',
    canary: 'alpine',
    bait: 'a script that runs what is posted to it',
    find: witnessOf('model', 'webshell'),
    needs: 'model',
  },
  {
    id: 'models',
    title: 'Files of AI models',
    canary: 'alpine',
    bait: 'a pickle that starts a program',
    find: findingOf(({ id }) => id === 'model-runs-code'),
  },
  {
    id: 'persistence',
    title: 'Persistence and privileges',
    canary: 'alpine',
    bait: 'a library that is loaded into every program',
    find: findingOf(({ id }) => id === 'ld-so-preload'),
  },
  {
    id: 'history',
    title: 'Rules of the history',
    canary: 'alpine',
    bait: 'a RUN that feeds what it fetched to a shell',
    find: findingOf(({ id }) => id === 'download-executed'),
  },
  {
    id: 'configuration',
    title: 'Rules of the configuration',
    canary: 'alpine',
    bait: 'an image that runs as root',
    find: findingOf(({ id }) => id === 'user-root'),
  },
  {
    id: 'end-of-life',
    title: 'End of life',
    canary: 'alpine',
    bait: 'Alpine 3.18, which gets no updates since May 2025',
    find: findingOf(({ id }) => id === 'distribution-end-of-life'),
  },
  {
    id: 'evasion',
    title: 'Attempts to hide',
    canary: 'debian',
    bait: 'a layer that removes the package database',
    find: findingOf(({ id }) => id === 'package-database-removed'),
  },
  {
    id: 'threads',
    title: 'Layers in threads',
    canary: 'threads',
    bait: 'libwebp7 1.2.4-0.2',
    find: packageOf('libwebp7', '1.2.4-0.2'),
  },
  {
    id: 'hostile-path',
    title: 'A member that names a place outside',
    canary: 'hostile',
    bait: '../../canary-outside',
    find: problemOf('file.path-escapes'),
  },
  {
    id: 'hostile-ratio',
    title: 'A layer that inflates beyond measure',
    canary: 'hostile',
    bait: 'some kilobytes that become 8 MiB',
    find: problemOf('layer.limit'),
  },
  {
    id: 'hostile-truncated',
    title: 'A layer that is cut off',
    canary: 'hostile',
    bait: 'a layer without its end',
    find: problemOf('layer.truncated'),
  },
  {
    id: 'hostile-digest',
    title: 'A layer with another digest than the manifest says',
    canary: 'hostile',
    bait: 'bytes that are not those that were named',
    find: problemOf('image.digest-mismatch'),
  },
  {
    id: 'hostile-depth',
    title: 'Archives in archives in archives',
    canary: 'hostile',
    bait: 'more levels than the limit allows',
    find: problemOf('archive.limit'),
  },
];

const OURS =
  'This is a fault of Drydock or of its installation: install it anew ("npm ci && npm run build"), then report it.';
const RULES = 'The rules that come with Drydock are missing or damaged: install it anew.';

/** Which data the scans had: an engine without any is absent, not broken. */
export interface CanaryData {
  readonly starterRules: boolean;
  readonly model: boolean;
}

/** What the reports say of every engine. */
export function judgeCanaries(scans: CanaryScans, data: CanaryData): readonly DoctorLine[] {
  return expectations.map((expectation) => judge(expectation, scans[expectation.canary], scans, data));
}

function judge(expectation: Expectation, scan: CanaryScan, { threads }: CanaryScans, data: CanaryData): DoctorLine {
  const { id, title, bait, needs } = expectation;
  const line = { id, group: 'engines', title } as const;
  if (needs !== undefined && !(needs === 'rules' ? data.starterRules : data.model)) {
    return { ...line, state: 'absent', detail: 'no rules are used (--rules)' };
  }
  const advice = needs === undefined ? OURS : RULES;
  if ('failure' in scan)
    return { ...line, state: 'failed', detail: `the canary could not be scanned: ${scan.failure}`, advice };
  if (id === 'threads' && threads.started === 0) {
    return { ...line, state: 'failed', detail: 'no thread was started', advice };
  }
  const found = expectation.find(scan.report);
  if (found !== undefined) return { ...line, state: 'ok', detail: found };
  const failures = scan.report.problems.filter(({ code }) => explains.has(code)).map(({ message }) => message);
  return {
    ...line,
    state: 'failed',
    detail: [`nothing was said of ${bait}`, ...failures.slice(0, 3)].join('; '),
    advice,
  };
}

/** Problems of no canary: they may tell why an engine was silent. */
const explains: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  'rules.unusable',
  'content.unjudged',
  'analyzer.failed',
  'judge.failed',
  'scan.timeout',
]);
