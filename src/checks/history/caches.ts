import type { JudgedImage } from '../rule.ts';
import { type RanCommand, type Run, runsOf, type Said, shown } from './commands.ts';

/** Files that are looked at to find one that was left. */
const LOOKED_AT = 500;

/** Instructions of one build that are gone through for the one that has its layer. */
const MOST_OF_BUILD = 500;

/** Whether a RUN removes one of some folders, or what is in it, behind a command of its own. */
export function removesAfter(run: Run, { command }: RanCommand, folders: readonly string[]): boolean {
  return run.commands.some((other) => other.command.index > command.index && removes(other, folders));
}

function removes({ program, words }: RanCommand, folders: readonly string[]): boolean {
  if (program !== 'rm' && !(program === 'find' && words.includes('-delete'))) return false;
  return words.some((word) => folders.some((folder) => isWithin(word, folder)));
}

/** The folder, what lies in it, or a folder above that is removed as a whole: `/var/lib/apt/*`. */
function isWithin(word: string, folder: string): boolean {
  const path = word.replace(/^(?:~|\$HOME|\$\{HOME\})(?=\/)/, '/root').replace(/^\/|\/?\*?$/g, '');
  return path !== '' && (path === folder || path.startsWith(`${folder}/`) || folder.startsWith(`${path}/`));
}

/**
 * What a RUN leaves in its layer of a cache. The files of the layer decide where they can be seen: mounts that keep a cache
 * out of it, hooks and files of settings that clean up are in no history.
 *
 * @param ran The command that filled it.
 * @param folders Where the cache lies, without the slash at the beginning.
 */
export function leftInLayer(image: JudgedImage, run: Run, ran: RanCommand, folders: readonly string[]): Said {
  if (folders.some((folder) => isMounted(run, folder))) return undefined;
  const layer = layerOf(image, run);
  const kept = layer === undefined ? undefined : keptIn(image, layer, folders);
  if (kept !== undefined) return { evidence: `It runs ${shown(ran)} and leaves ${kept} behind.`, path: kept };
  const later = runsOf(image).find(
    ({ instruction: { kind, index }, commands }) =>
      kind === 'RUN' && index > run.instruction.index && commands.some((command) => removes(command, folders)),
  );
  if (later !== undefined) {
    const by = later.instruction.index;
    return `It runs ${shown(ran)}; instruction ${by} removes what it left, which only hides it.`;
  }
  // The files are there to be seen, and there are none.
  if (layer !== undefined && canSee(image, layer)) return undefined;
  return { evidence: `It runs ${shown(ran)} and does not clean up.`, confidence: 'medium' };
}

/** A file that a layer has below one of some folders, if it is in sight. */
function keptIn({ view }: JudgedImage, layer: number, folders: readonly string[]): string | undefined {
  const pending = [...folders];
  let left = LOOKED_AT;
  for (let folder = pending.pop(); folder !== undefined && left > 0; folder = pending.pop()) {
    for (const { header, layer: of, path } of view.list(folder)) {
      if (left-- <= 0) break;
      if (header.type === 'directory') pending.push(path);
      else if (of === layer && header.type === 'file' && header.size > 0 && header.name !== 'lock') return path;
    }
  }
  return undefined;
}

/** A cache that a mount of the builder takes leaves nothing in the layer. BuildKit records no mounts, buildah does. */
function isMounted({ instruction: { arguments: own } }: Run, folder: string): boolean {
  const { flags } = own.trigger?.arguments ?? own;
  return flags.some(({ name, value }) => {
    if (name !== 'mount') return false;
    const target = /(?:^|,)(?:target|dst|destination)=([^,]*)/.exec(value ?? '')?.[1] ?? '';
    const path = target.replace(/^\/|\/$/g, '');
    return path !== '' && (folder === path || folder.startsWith(`${path}/`));
  });
}

/** The layer that a RUN made. buildah makes one of all instructions, unless it is asked for layers: the last one has it. */
function layerOf({ history }: JudgedImage, { instruction }: Run): number | undefined {
  const { layerIndex, builder, index } = instruction;
  if (layerIndex !== undefined || builder !== 'buildah') return layerIndex;
  const after = history.instructions.slice(index, index + MOST_OF_BUILD);
  return after.find((one) => one.layerIndex !== undefined)?.layerIndex;
}

/** Whether the files of a layer can be seen: where nothing was read, nothing was found. */
function canSee({ view }: JudgedImage, layer: number): boolean {
  const changes = view.changes()[layer];
  return changes !== undefined && changes.added + changes.changed > 0;
}
