import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { dockerArchive, layer } from '../support/image.ts';
import { languageSamples, unwatchedSamples } from '../support/language-samples.ts';
import { debianLayer } from '../support/root-file-systems.ts';
import type { TarEntry } from '../support/tar.ts';
import { faults, type HostileCase } from './hostile-case.ts';
import { scanCase } from './scan-case.ts';

/* What files say may be of any kind, also where they are read as text: an object need not be able to become one. */

/** Each takes the place of one value of a document. */
const values: readonly unknown[] = [
  { toString: null, valueOf: 1 },
  [{ toString: 0, valueOf: null }],
  null,
  1e300,
  true,
  ['a'],
  { a: {} },
  '',
];

/** Documents of which one value is another one each. */
function* variants(document: unknown): Generator<unknown> {
  for (const value of values) yield value;
  if (typeof document !== 'object' || document === null) return;
  for (const [key, own] of Object.entries(document)) {
    for (const changed of variants(own)) {
      if (Array.isArray(document)) yield document.with(Number(key), changed);
      else yield { ...document, [key]: changed };
    }
  }
}

interface Sample {
  readonly path: string;
  readonly text: string;
}

const samples: readonly Sample[] = [...languageSamples, ...unwatchedSamples].flatMap((sample) => {
  const { path, asks } = sample;
  const content = sample.content('1.2.3');
  return [
    ...(typeof content === 'string' ? [{ path, text: content }] : []),
    { path: asks, text: sample.asked('1.2.3') },
  ];
});

function parsed(parse: (text: string) => unknown, text: string): object | undefined {
  try {
    const value = parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The forms of a sample that are written again with other values; what is JSON is YAML. */
function changedTexts({ text }: Sample): readonly string[] {
  const json = parsed(JSON.parse, text);
  if (json !== undefined) return [...variants(json)].map((one) => JSON.stringify(one));
  const yaml = text.includes(':') ? parsed(load, text) : undefined;
  return yaml === undefined ? [] : [...variants(yaml)].map((one) => JSON.stringify(one));
}

async function check(image: Buffer): Promise<void> {
  const hostile: HostileCase = { name: 'values', make: () => image };
  const { reports, error } = await scanCase(hostile);
  expect(error).toBeUndefined();
  for (const { problems } of reports) {
    for (const { code, message } of problems) expect(`${code}: ${message}`).not.toMatch(faults);
  }
}

describe('values of other kinds', () => {
  it.each(samples.filter((sample) => changedTexts(sample).length > 0))('in $path', async (sample) => {
    const entries = changedTexts(sample).map((content, n): TarEntry => ({ path: `srv/v${n}/${sample.path}`, content }));
    await check(dockerArchive({ layers: [debianLayer(), layer(entries)] }));
  });

  const configuration = {
    ...{ User: 'a', Env: ['A=b'], Cmd: ['a'], Entrypoint: ['b'], WorkingDir: '/', Volumes: { '/a': {} } },
    ...{
      ExposedPorts: { '80/tcp': {} },
      Labels: { a: 'b' },
      OnBuild: ['RUN a'],
      StopSignal: 'SIGTERM',
      Shell: ['sh', '-c'],
    },
    Healthcheck: { Test: ['CMD', 'a'], Interval: 1, Timeout: 1, StartPeriod: 1, Retries: 1 },
  };
  /** That of a container, which `docker commit` leaves. */
  const committed = { Hostname: 'a', Cmd: ['echo'], Shell: ['sh', '-c'] };
  const configurations = [...variants(configuration), ...variants(committed)];
  it.each(configurations.map((one, n) => [n, one] as const))('in a configuration: %i', async (_, config) => {
    await check(
      dockerArchive({
        layers: [debianLayer()],
        config: config as Record<string, unknown>,
        history: [
          { created_by: '/bin/sh -c #(nop)  SHELL [sh -c]', empty_layer: true },
          { created_by: 'sh -c a', empty_layer: true },
          { created_by: 'echo' },
        ],
      }),
    );
  });
});
