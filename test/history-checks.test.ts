import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { configureChecks } from '../src/checks/configure.ts';
import { checks } from '../src/checks/index.ts';
import type { Report } from '../src/model/report.ts';
import { imageOfBuildFile } from './support/build-file.ts';
import { type Answer, answers, type Sample } from './support/history-checks.ts';
import { dockerArchive, ociLayout } from './support/image.ts';
import { scanOne } from './support/scan.ts';
import { hasShared, sharedAbsent, sharedPath } from './support/shared.ts';
import { writeTemporary } from './support/temporary.ts';

/** A row of the list of what other tools check. */
interface Row {
  readonly peer: string;
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

/** Ids of findings: those that bear the id of the other tool, or all, where ours has none of theirs. */
async function toldOf(answer: Answer, sample: Sample, builder: (typeof builders)[number]): Promise<readonly string[]> {
  const { findings } = await scanSample(sample, builder);
  return findings
    .filter(({ id, kind, aliases }) =>
      answer.alias === undefined ? answer.by.includes(id) || answer.by.includes(kind) : aliases.includes(answer.alias),
    )
    .map(({ id, kind }) => (answer.by.includes(kind) ? kind : id));
}

const decided = answers.filter(({ fires }) => fires.length > 0);
const cases = decided.flatMap((answer) =>
  builders
    .filter((builder) => answer.only === undefined || answer.only === builder)
    .map((builder) => [`${answer.peer} ${answer.id}`, builder, answer] as const),
);

describe('what other tools ask of an image', () => {
  it.each(cases)('%s, built with %s, is told where it is so, and nowhere else', async (_, builder, answer) => {
    const by = new Set<string>();
    for (const sample of answer.fires) {
      const told = await toldOf(answer, sample, builder);
      expect(told, named(sample)).not.toEqual([]);
      for (const id of told) by.add(id);
    }
    for (const sample of answer.quiet) {
      expect(await toldOf(answer, sample, builder), named(sample)).toEqual([]);
    }
    // What the table says decides it does, and nothing else bears the id.
    expect([...by].toSorted()).toEqual([...answer.by].toSorted());
  });

  it('is said to be undecided where the builder leaves nothing to decide it by', async () => {
    for (const { peer, id, undecided } of answers) {
      for (const { sample, builder, rule } of undecided ?? []) {
        const { problems, findings } = await scanSample(sample, builder);
        const said = problems.filter(({ code, message }) => code === 'check.undecided' && message.includes(rule));
        expect(said, `${peer} ${id}`).not.toEqual([]);
        expect(
          findings.map((finding) => finding.id),
          `${peer} ${id}`,
        ).not.toContain(rule);
      }
    }
  });

  it('has a reason where it is decided otherwise than described', () => {
    for (const { peer, id, better, fires } of answers) {
      if (fires.length === 0) expect(better, `${peer} ${id}`).toBeDefined();
      if (better !== undefined) expect(better, `${peer} ${id}`).toMatch(/^[A-Z`].{20,}\.$/);
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
    const feasible = rows.filter(({ feasible }) => feasible !== 'no').map(({ peer, id }) => `${peer} ${id}`);
    const answered = new Set(answers.map(({ peer, row, id }) => `${peer} ${row ?? id}`));

    expect(feasible.length).toBeGreaterThan(100);
    expect(feasible.filter((row) => !answered.has(row))).toEqual([]);
    expect(ours.map(({ id }) => `nobody ${id}`).filter((row) => !answered.has(row))).toEqual([]);
  });
});
