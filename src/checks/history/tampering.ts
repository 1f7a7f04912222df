import type { Instruction } from '../../model/history.ts';
import { isBlind, undecidedIfBlind } from '../blind.ts';
import type { JudgedImage, Rule, Seen } from '../rule.ts';
import { isLayerOfAll } from './layer-of-all.ts';

const DAY = 24 * 60 * 60 * 1000;

const blind: Rule = {
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

const mismatch: Rule = {
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

const future: Rule = {
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

/** Instructions that change settings and leave files alone. */
const metadata: ReadonlySet<Instruction['kind']> = new Set([
  'CMD',
  'ENTRYPOINT',
  'ENV',
  'EXPOSE',
  'HEALTHCHECK',
  'LABEL',
  'MAINTAINER',
  'ONBUILD',
  'SHELL',
  'STOPSIGNAL',
  'USER',
  'VOLUME',
  'ARG',
]);

const hiddenChange: Rule = {
  doc: {
    id: 'layer-of-metadata-changes-files',
    kind: 'history',
    title: 'An instruction that changes no files has a layer with files',
    severity: 'critical',
    why: 'CMD, ENV, LABEL and their like make no files. Whoever reads the history does not look for any there.',
    remediation: 'Do not run the image; look at the files of the layer.',
    aliases: [],
    caveats:
      'VOLUME and WORKDIR of old builders make their directory, which is not told. buildah makes one layer of a whole build unless ' +
      'it is asked for layers: of such an image it cannot be decided, and that is said.',
  },
  *judge(image) {
    const { history, view } = image;
    yield* undecidedIfBlind(image);
    if (!history.instructions.some(({ kind, layerIndex }) => layerIndex !== undefined && metadata.has(kind))) return;
    const changes = view.changes();
    for (const { kind, index, layerIndex } of history.instructions) {
      if (layerIndex === undefined || !metadata.has(kind)) continue;
      if (isLayerOfAll(history.instructions, index)) {
        yield { undecided: 'cannot be decided: the builder made one layer of several instructions' };
        continue;
      }
      const change = changes[layerIndex];
      if (change === undefined) continue;
      const count = change.added + change.changed + change.removed;
      if (count === 0) continue;
      yield {
        evidence: `${kind} has layer ${layerIndex}, which adds ${change.added} files, changes ${change.changed} and removes ${change.removed}.`,
        instruction: index,
      };
    }
  },
};

/** Files with which one copied source is more than that. */
const MANY = 1000;

/** Names that files have, and directories hardly ever. */
const hasEndingOfFile = /\.(?:json|ya?ml|conf|ini|sh|py|js|jar|war|txt|toml|xml|cfg|lock|mod|sum)$/i;

const tooMuch: Rule = {
  doc: {
    id: 'layer-larger-than-instruction',
    kind: 'history',
    title: 'A layer has more than its instruction can explain',
    severity: 'medium',
    why: 'One file was to be copied, and a thousand came; WORKDIR makes one directory. Either the history is not that of the layer, or more was packed than was meant.',
    remediation: 'Look at the files of the layer.',
    aliases: [],
    caveats: 'A source that looks like a file by its name may have been a directory.',
  },
  *judge(image) {
    const { history, view } = image;
    yield* undecidedIfBlind(image);
    if (!history.instructions.some(({ kind }) => kind === 'WORKDIR' || kind === 'COPY')) return;
    const changes = view.changes();
    for (const {
      kind,
      index,
      layerIndex,
      builder,
      arguments: { words },
    } of history.instructions) {
      const change = layerIndex === undefined ? undefined : changes[layerIndex];
      if (change === undefined || isLayerOfAll(history.instructions, index)) continue;
      const files = change.added + change.changed;
      const isOne =
        kind === 'COPY' &&
        words.length === 2 &&
        // The legacy builder says of what it copied that it was one file.
        ((builder === 'legacy' && words[0]?.startsWith('file:') === true) || hasEndingOfFile.test(words[0] ?? ''));
      const isDirectory = kind === 'WORKDIR' && files > 0;
      if ((isOne && files >= MANY) || isDirectory) {
        yield {
          evidence: `${kind} ${words.join(' ').slice(0, 100)} made layer ${layerIndex}, which has ${files} files.`,
          instruction: index,
          confidence: 'medium',
        };
      }
    }
  },
};

/** Files of layers that nothing but metadata made, and that give rights. */
function isSensitive(path: string, mode: number): boolean {
  return (
    (mode & 0o6000) !== 0 ||
    /^etc\/(?:passwd|shadow|sudoers|ld\.so\.preload)$/.test(path) ||
    /^etc\/(?:sudoers\.d|cron[^/]*|pam\.d)\//.test(path)
  );
}

const copied: Rule = {
  doc: {
    id: 'sensitive-file-unexplained',
    kind: 'history',
    title: 'A file that gives rights came with an instruction that does not say so',
    severity: 'high',
    why: 'COPY and WORKDIR of a program of your own do not change accounts, nor bring programs that are setuid.',
    remediation: 'Look at the file and at what was copied.',
    aliases: [],
    caveats:
      'Whole file systems that are copied (COPY / /, COPY rootfs /) bring such files on purpose, and are not told.',
  },
  *judge(image) {
    yield* undecidedIfBlind(image);
    yield* unexplained(image);
  },
};

function* unexplained({ history, view }: JudgedImage): Iterable<Seen> {
  const suspects = new Map<number, Instruction>();
  for (const instruction of history.instructions) {
    const {
      kind,
      layerIndex,
      arguments: { words },
    } = instruction;
    if (layerIndex === undefined || isLayerOfAll(history.instructions, instruction.index)) continue;
    const isWhole = /^\/?$/.test(words.at(-1) ?? '/');
    if (kind === 'WORKDIR' || (kind === 'COPY' && !isWhole && !/^\/(?:etc|usr)\/?$/.test(words.at(-1) ?? '')))
      suspects.set(layerIndex, instruction);
  }
  if (suspects.size === 0) return;
  const found: Seen[] = [];
  view.each((file) => {
    const instruction = suspects.get(file.layer);
    if (instruction === undefined || file.type !== 'file') return;
    // The path costs more than the mode.
    const path = file.path();
    if (!isSensitive(path, file.mode)) return;
    const target = (instruction.arguments.words.at(-1) ?? '').replace(/^\//, '');
    if (
      instruction.kind === 'COPY' &&
      target !== '' &&
      (path === target || path.startsWith(target.replace(/\/?$/, '/')))
    )
      return;
    found.push({
      evidence: `Layer ${file.layer}, made by ${instruction.kind} ${instruction.arguments.words.join(' ').slice(0, 80)}, has ${path} with mode ${file.mode.toString(8)}.`,
      instruction: instruction.index,
      path,
    });
  });
  yield* found;
}

export const tamperingRules: readonly Rule[] = [blind, mismatch, future, hiddenChange, tooMuch, copied];
