import { isBlind } from '../blind.ts';
import type { Rule, Seen } from '../rule.ts';

const DAY = 24 * 60 * 60 * 1000;

const historyBlind: Rule = {
  doc: {
    id: 'history-blind',
    kind: 'history',
    title: 'The history does not tell how the image was made',
    severity: 'low',
    why: 'It was imported, squashed or packed by a tool that records nothing. Rules about instructions say nothing of it: that is no sign of health.',
    remediation: 'Ask whoever made it for the build file, or for provenance (an attestation of the build).',
    aliases: [],
    example: { wrong: 'docker export CONTAINER | docker import - app', right: 'docker build -t app .' },
    sources: ['https://docs.docker.com/build/metadata/attestations/slsa-provenance/'],
  },
  *judge(image) {
    const { instructions, builder } = image.history;
    if (!isBlind(image)) return;
    const what =
      instructions.length === 0
        ? 'The history is empty'
        : `All ${instructions.length} entries of the history are without instructions (${builder})`;
    yield { evidence: `${what}.` };
  },
};

const historyContradicts: Rule = {
  doc: {
    id: 'history-contradicts',
    kind: 'history',
    title: 'The history contradicts itself or the layers',
    severity: 'medium',
    why: 'No builder writes such a history. Somebody changed the image by hand, or by a tool that makes layers look like something else.',
    remediation: 'Build it again from its source, and compare.',
    aliases: [],
    sources: ['https://github.com/opencontainers/image-spec/blob/main/config.md'],
    caveats: 'Tools that flatten, rebase or repack images leave such traces, too.',
  },
  *judge({ history, view }) {
    for (const { code, message } of view.problems) {
      if (code === 'image.history-mismatch') yield { evidence: sentence(message), severity: 'high' };
    }
    for (const { kind, message, entry } of history.oddities) {
      const graver = grave.get(kind);
      if (graver === undefined) continue;
      yield {
        evidence: sentence(message),
        ...(entry !== undefined && { instruction: entry }),
        severity: graver,
      };
    }
  },
};

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${words.endsWith('.') ? '' : '.'}`;
}

/** Oddities that a rule of its own, or a problem, tells of are not here. */
const grave: ReadonlyMap<string, NonNullable<Seen['severity']>> = new Map([
  ['layer-of-metadata', 'high'],
  ['no-layer-of-content', 'medium'],
  ['control-characters', 'high'],
  ['build-arguments', 'medium'],
  ['config', 'medium'],
  ['time-order', 'low'],
  ['time-form', 'low'],
  ['empty-entry', 'low'],
]);

const historyFuture: Rule = {
  doc: {
    id: 'history-future',
    kind: 'history',
    title: 'An entry of the history was made in the future',
    severity: 'low',
    why: 'The clock of the builder was wrong, or the history was written by hand. Age and end of life cannot be told by it.',
    remediation: 'Set the clock of the builder.',
    aliases: [],
  },
  *judge({ history, now }) {
    const late = history.instructions.filter(({ created }) => Date.parse(created ?? '') > now.getTime() + DAY);
    const [first] = late;
    if (first === undefined) return;
    const more = late.length > 1 ? `, and ${late.length - 1} more are` : '';
    yield { evidence: `Entry ${first.index} is of ${first.created}${more}.`, instruction: first.index };
  },
};

/** Rules about the history itself: whether it tells anything, and whether what it tells can be so. */
export const historyRecordRules: readonly Rule[] = [historyBlind, historyContradicts, historyFuture];
