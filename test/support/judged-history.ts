import { expect } from 'vitest';
import { history } from '../../src/checks/history/index.ts';
import { isFinding } from '../../src/model/check.ts';
import type { Finding } from '../../src/model/finding.ts';
import type { HistoryEntry } from '../../src/model/image.ts';
import type { Problem } from '../../src/model/problem.ts';
import { buildkitHistory } from './history.ts';
import { judgeWith, makeLayers, makeView, type ViewParts } from './view.ts';

const now = '2026-06-01T00:00:00Z';

/** An image of these entries, with a layer for each that made one. */
export function viewOf(entries: readonly HistoryEntry[], more: ViewParts = {}): ViewParts {
  const layers = makeLayers(
    ...entries.filter(({ layerIndex }) => layerIndex !== undefined).map(({ instruction }) => instruction),
  );
  return { ...more, image: { history: entries, layers } };
}

/** What the check `history` says of an image. Nothing may have failed. */
export async function toldOf(
  view: ViewParts,
): Promise<{ readonly findings: readonly Finding[]; readonly problems: readonly Problem[] }> {
  const said = await judgeWith(history, makeView(view), now);
  const problems = said.filter((item): item is Problem => !isFinding(item));
  expect(problems.filter(({ code }) => code !== 'check.undecided' && code !== 'image.limit')).toEqual([]);
  return { findings: said.filter(isFinding), problems };
}

/** Ids of the rules that speak of the image that BuildKit makes of a build file. */
export async function idsOf(file: string, more: ViewParts = {}): Promise<readonly string[]> {
  return (await toldOf(viewOf(buildkitHistory(file), more))).findings.map(({ id }) => id);
}
