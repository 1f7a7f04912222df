import type { Instruction } from '../../model/history.ts';
import { undecidedIfBlind } from '../blind.ts';
import type { JudgedImage, Rule, Seen } from '../rule.ts';
import { isLayerOfAll } from './layer-of-all.ts';

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

const layerOfMetadataChangesFiles: Rule = {
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

const layerLargerThanInstruction: Rule = {
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

/** Whether a file gives rights, by its mode or by its place: programs that are setuid, accounts, what runs by itself as root. */
function isSensitive(path: string, mode: number): boolean {
  return (
    (mode & 0o6000) !== 0 ||
    /^etc\/(?:passwd|shadow|sudoers|ld\.so\.preload)$/.test(path) ||
    /^etc\/(?:sudoers\.d|cron[^/]*|pam\.d)\//.test(path)
  );
}

const sensitiveFileUnexplained: Rule = {
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
    yield* sensitiveFilesIn(image);
  },
};

/** Sensitive files in the layers of COPY and WORKDIR, but for those whose place the instruction names. */
function* sensitiveFilesIn({ history, view }: JudgedImage): Iterable<Seen> {
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

/** Rules about layers that have what their instructions do not explain. */
export const unexplainedLayerRules: readonly Rule[] = [
  layerOfMetadataChangesFiles,
  layerLargerThanInstruction,
  sensitiveFileUnexplained,
];
