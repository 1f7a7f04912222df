import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { configureChecks } from '../src/checks/configure.ts';
import { idsWithoutRule } from '../src/checks/ids-of-others.ts';
import { checks } from '../src/checks/index.ts';
import type { Finding } from '../src/model/finding.ts';
import type { Report } from '../src/model/report.ts';
import { imageOfBuildFile } from './support/build-file.ts';
import { type Answer, answers, elsewhere, type Sample } from './support/history-checks.ts';
import { dockerArchive, ociLayout } from './support/image.ts';
import { scanOne } from './support/scan.ts';
import { hasShared, sharedAbsent, sharedPath } from './support/shared.ts';
import { writeTemporary } from './support/temporary.ts';

/** A row of the list of what other tools check. */
interface Row {
  readonly id: string;
  readonly feasible: 'yes' | 'partial' | 'no';
}

const configured = await configureChecks(checks, { ruleSets: [], deep: false, unwanted: false });

const builders = ['buildkit', 'legacy'] as const;

async function scanSample(sample: Sample, builder: (typeof builders)[number]): Promise<Report> {
  const { file, files, names, format = 'docker', created } = typeof sample === 'string' ? { file: sample } : sample;
  const image = {
    ...imageOfBuildFile(file, {
      builder,
      ...(files !== undefined && { files }),
      ...(created !== undefined && { created }),
    }),
    ...(names !== undefined && { repoTags: names }),
  };
  const bytes = format === 'oci' ? ociLayout(image) : dockerArchive(image);
  return scanOne(writeTemporary('image.tar', bytes), { checks: configured });
}

/** How a failure names an image. */
function named(sample: Sample): string {
  if (typeof sample === 'string') return sample;
  const { file, files = [] } = sample;
  return `${file} with ${files
    .slice(-3)
    .map(({ path }) => String(path))
    .join(', ')}`;
}

/** Findings that bear an id of another tool, or those of our rules where none of theirs is borne. */
async function toldOf({ by, ids }: Answer, sample: Sample, builder: (typeof builders)[number]): Promise<Finding[]> {
  const { findings } = await scanSample(sample, builder);
  return findings.filter(({ id, kind, aliases }) =>
    ids.length === 0 ? by.includes(id) || by.includes(kind) : ids.some((other) => aliases.includes(other)),
  );
}

const cases = answers
  .filter(({ fires }) => fires.length > 0)
  .flatMap((answer) =>
    builders
      .filter((builder) => answer.only === undefined || answer.only === builder)
      .map((builder) => [[...answer.ids, ...answer.rows].join(', '), builder, answer] as const),
  );

describe('what other tools ask of an image', () => {
  it.each(cases)('%s, built with %s, is told where it is so, and nowhere else', async (_, builder, answer) => {
    const by = new Set<string>();
    for (const sample of answer.fires) {
      const told = await toldOf(answer, sample, builder);
      expect(told, named(sample)).not.toEqual([]);
      const borne = told.flatMap(({ aliases }) => aliases);
      expect(borne, named(sample)).toEqual(expect.arrayContaining([...answer.ids]));
      for (const { id, kind } of told) by.add(answer.by.includes(kind) ? kind : id);
    }
    for (const sample of answer.quiet) {
      expect(await toldOf(answer, sample, builder), named(sample)).toEqual([]);
    }
    // What the table says decides it does, and nothing else bears the ids.
    expect([...by].toSorted()).toEqual([...answer.by].toSorted());
  });

  it('is said to be undecided where the builder leaves nothing to decide it by', async () => {
    for (const { by, undecided = [] } of answers) {
      for (const [sample, builder] of undecided) {
        const [rule] = by as [string];
        const { problems, findings } = await scanSample(sample, builder);
        const said = problems.filter(({ code, message }) => code === 'check.undecided' && message.includes(rule));
        expect(said, rule).not.toEqual([]);
        expect(findings.map(({ id }) => id)).not.toContain(rule);
      }
    }
  });
});

describe.skipIf(!hasShared)(`the list of checks of others (${hasShared ? 'present' : sharedAbsent})`, () => {
  const list = hasShared
    ? JSON.parse(readFileSync(sharedPath('reference/history-checks.json'), 'utf8'))
    : { peers: [] };
  const rows: readonly Row[] = list.peers;
  const ours: readonly { readonly id: string }[] = list.missing_from_all_peers ?? [];

  it('has no row that an image can tell and that stands nowhere here', () => {
    const feasible = rows.filter(({ feasible }) => feasible !== 'no').map(({ id }) => id);
    const without = idsWithoutRule.map(({ id }) => id.slice(id.indexOf(':') + 1));
    const answered = new Set([
      ...answers.flatMap(({ ids, rows }) => [...ids, ...rows]),
      ...without,
      ...Object.keys(elsewhere),
    ]);
    // Where a row is of several ids, the first one stands for all: DL3034..37, DL3018/DL3019.
    const isLost = (row: string): boolean => !answered.has(row) && !answered.has(row.split(/\.\.|[/,]/)[0]!);

    expect(feasible.length).toBeGreaterThan(100);
    expect(feasible.filter(isLost)).toEqual([]);
    expect(ours.map(({ id }) => id).filter(isLost)).toEqual([]);
  });
});
