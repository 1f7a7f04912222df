import type { Report } from '../../src/model/report.ts';
import { hostileTexts } from './hostile-texts.ts';
import { largeReport } from './large-report.ts';
import { oneOfEachKind } from './report.ts';

/** Fields whose values are ours: words of lists, digests of what was read, moments of the scan. All others are the image's. */
const ours: ReadonlySet<string> = new Set([
  ...[
    'kind',
    'severity',
    'confidence',
    'from',
    'state',
    'use',
    'code',
    'engine',
    'weight',
    'protocol',
    'outcome',
    'killedBy',
  ],
  ...[
    'tracer',
    'sockets',
    'change',
    'presence',
    'evidenceOf',
    'profile',
    'depth',
    'status',
    'baseline',
    'gone',
    'seenBy',
  ],
  ...['createdAt', 'updatedAt', 'builtAt', 'startedAt', 'asOf'],
]);

/** The same with every text of an image in it as that text. */
export function withTexts<Value>(value: Value, text: string, key = ''): Value {
  if (typeof value === 'string') return (ours.has(key) ? value : text) as Value;
  if (Array.isArray(value)) return value.map((one) => withTexts<unknown>(one, text, key)) as Value;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, one]) => [name, withTexts<unknown>(one, text, name)]);
  return Object.fromEntries(entries) as Value;
}

/** A report in which every list has each hostile text in every place where a text can stand. */
export function hostileReport(): Report {
  const { image, observation, coverage, ...rest } = largeReport(40);
  const witness = {
    engine: 'yara',
    kind: 'malware',
    weight: 'strong',
    rule: 'x',
    set: 'x',
    description: 'x',
    author: 'x',
    licence: 'x',
    reference: 'x',
    tags: ['x'],
    view: 'x',
    allowedBy: 'x',
    places: [{ offset: 1, excerpt: 'x' }],
  } as const;
  const whole = oneOfEachKind.map((finding) => ({
    ...finding,
    witnesses: [witness],
    suppressed: { by: 'x', reason: 'x', expires: 'x', owner: 'x', justification: 'x' },
    vex: { status: 'affected', by: 'x', statement: 'x' } as const,
    locations: [
      { path: 'x', layer: 0 },
      { path: 'y', layer: 1 },
    ],
    use: 'loaded' as const,
  }));
  const bare = oneOfEachKind.map(({ package: _, ...finding }) => finding);
  const each = <Value>(values: readonly Value[]): Value[] =>
    hostileTexts.flatMap(({ text }) => values.map((value) => withTexts(value, text)));
  const numbered = <Value extends { readonly index: number }>(values: readonly Value[]): Value[] =>
    values.map((value, index) => ({ ...value, index }));
  const [layer] = image.layers;
  const [entry] = image.history;
  const [pkg] = rest.packages;
  const first = hostileTexts[0]!.text;
  return {
    ...rest,
    image: {
      ...withTexts(image, first),
      layers: numbered(each([layer!])),
      history: numbered(each([{ ...entry!, comment: 'x', created: 'x' }])),
    },
    packages: each([{ ...pkg!, ownedBy: 'x', licences: ['x'], arch: 'x', vendor: 'x', within: 'x', dependsOn: ['x'] }]),
    findings: each([...whole, ...bare]),
    problems: each([{ code: 'file.format', message: 'x', layer: 1, path: 'x', analyzer: 'x' }] as const),
    rules: each([{ name: 'x', digest: 'x', updatedAt: 'x' }]),
    hosts: each(['x']),
    policy: { file: first, digest: first, entries: 1, expired: 1, accepted: 1 },
    baseline: { reference: first, createdAt: 'x', new: 1, graver: 1, known: 1, gone: 1 },
    coverage: { ...coverage, unexplained: each(['x']) },
    observation: {
      ...withTexts(observation!, first),
      attempts: each([{ ...observation!.attempts[1]!, log: ['x', 'y'] }]),
      ports: each([{ ...observation!.ports[0]!, script: 'x' }]),
      processes: each([observation!.processes[0]!]),
      packagesInUse: each([observation!.packagesInUse[0]!]),
      contacts: each(observation!.contacts),
      drift: each([observation!.drift[0]!]),
      calls: Object.fromEntries(hostileTexts.map(({ text }) => [text, { count: 1, failed: 0 }])),
    },
  };
}
