import type { HistoryEntry, LayerInfo } from '../model/image.ts';
import type { Problem } from '../model/problem.ts';
import { list, record, text, texts } from './json.ts';

/** What an image configuration tells (OCI image specification, "Image Configuration"). */
export interface ImageConfig {
  readonly platform?: string;
  readonly created?: string;
  readonly diffIds: readonly string[];
  readonly history: readonly Omit<HistoryEntry, 'layerIndex'>[];
  /** History entries that made no layer, by index. */
  readonly empty: readonly boolean[];
  readonly config: Readonly<Record<string, unknown>>;
}

/** Reads a configuration, whatever its parts may be. */
export function parseConfig(value: unknown): ImageConfig {
  const root = record(value);
  const history = list(root['history']).map(record);
  const os = text(root['os']);
  const architecture = text(root['architecture']);
  const created = text(root['created']);
  return {
    ...(os !== undefined && architecture !== undefined && { platform: platformName(root) }),
    ...(created !== undefined && { created }),
    diffIds: texts(record(root['rootfs'])['diff_ids']),
    history: history.map(historyEntry),
    empty: history.map((entry) => entry['empty_layer'] === true),
    config: record(root['config']),
  };
}

function historyEntry(entry: Readonly<Record<string, unknown>>, index: number): Omit<HistoryEntry, 'layerIndex'> {
  const [createdBy, author, created, comment] = ['created_by', 'author', 'created', 'comment'].map((key) =>
    text(entry[key]),
  );
  return {
    index,
    instruction: readableInstruction(createdBy ?? ''),
    ...(createdBy !== undefined && { createdBy }),
    ...(author !== undefined && { author }),
    ...(entry['empty_layer'] === true && { isEmpty: true }),
    ...(created !== undefined && { created }),
    ...(comment !== undefined && { comment }),
  };
}

/** `os/architecture`, with the variant where there is one; always one line, whatever an image or an engine says. */
export function platformName(platform: Readonly<Record<string, unknown>>): string {
  return [platform['os'], platform['architecture'], platform['variant']]
    .map((part) => oneLine(text(part) ?? ''))
    .filter((part) => part !== '')
    .join('/');
}

/** Line breaks, other controls and the blanks around them become one blank. */
function oneLine(words: string): string {
  return words.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}

/**
 * Writes an instruction as it stood in the build file. Builders record the shell they ran it in:
 * `/bin/sh -c #(nop)  CMD ["sh"]`, `/bin/sh -c apt-get update`, `RUN /bin/sh -c apt-get update # buildkit`.
 */
export function readableInstruction(createdBy: string): string {
  const shell = '/bin/sh -c ';
  let instruction = createdBy.trim();
  if (instruction.endsWith('# buildkit')) instruction = instruction.slice(0, -'# buildkit'.length).trimEnd();
  if (instruction.startsWith(`RUN ${shell}`)) return `RUN ${instruction.slice(`RUN ${shell}`.length)}`;
  if (instruction.startsWith(`${shell}#(nop)`)) return instruction.slice(`${shell}#(nop)`.length).trim();
  if (instruction.startsWith(shell)) return `RUN ${instruction.slice(shell.length).trim()}`;
  return instruction;
}

/** What a manifest says of a layer before the configuration is asked. */
export interface ManifestLayer {
  readonly digest?: string;
  readonly mediaType?: string;
  readonly size: number;
}

/** Joins the layers of a manifest with the identities and the history of the configuration. */
export function joinLayers(
  layers: readonly ManifestLayer[],
  config: ImageConfig,
): { readonly layers: readonly LayerInfo[]; readonly history: readonly HistoryEntry[]; readonly problems: Problem[] } {
  const problems: Problem[] = [];
  const makers = config.history.filter((_, index) => config.empty[index] !== true);
  const fits = makers.length === layers.length;
  if (!fits && config.history.length > 0) {
    problems.push({
      code: 'image.history-mismatch',
      message: `the history tells of ${makers.length} layers, the manifest of ${layers.length}`,
    });
  }
  if (config.diffIds.length > 0 && config.diffIds.length !== layers.length) {
    problems.push({
      code: 'image.history-mismatch',
      message: `the configuration names ${config.diffIds.length} layers, the manifest ${layers.length}`,
    });
  }
  const identified = config.diffIds.length === layers.length;
  const layerOf = new Map(fits ? makers.map((entry, layer) => [entry.index, layer]) : []);
  return {
    layers: layers.map((layer, index) => {
      const maker = fits ? makers[index] : undefined;
      const diffId = identified ? config.diffIds[index] : undefined;
      return {
        index,
        ...layer,
        ...(diffId !== undefined && { diffId }),
        ...(maker !== undefined && { instruction: maker.instruction, historyIndex: maker.index }),
      };
    }),
    history: config.history.map((entry) => {
      const layerIndex = layerOf.get(entry.index);
      return layerIndex === undefined ? entry : { ...entry, layerIndex };
    }),
    problems,
  };
}

/** Points out layers that are listed more than once. */
export function repeatedLayers(keys: readonly (string | undefined)[]): Problem[] {
  const seen = new Map<string, number>();
  const problems: Problem[] = [];
  keys.forEach((key, layer) => {
    if (key === undefined) return;
    const first = seen.get(key);
    if (first === undefined) seen.set(key, layer);
    else problems.push({ code: 'image.layer-repeated', message: `layer ${layer} is layer ${first} again`, layer });
  });
  return problems;
}
