import type { Distribution } from '../../model/distribution.ts';
import type { FileType } from '../../model/file.ts';
import type { HistoryEntry, ImageInfo, LayerInfo } from '../../model/image.ts';
import { type Problem, type ProblemCode, problemCodes } from '../../model/problem.ts';
import type { LayerTraces } from '../../model/report.ts';
import type { DatabaseContradiction } from '../../model/view.ts';
import { asList, asRecord, type JsonRecord } from '../record.ts';
import type { SbomComponent, SbomProperty } from './document.ts';
import { OWN } from './own-package.ts';

/** What a report says of an image and no format has a place for. */
export interface OwnImage {
  readonly image: Omit<ImageInfo, 'names' | 'config'>;
  readonly traces?: LayerTraces;
  readonly problems: readonly Problem[];
}

/** Those whose values are JSON: where there are no properties, it need not be put into a text. */
export const jsonProperties: ReadonlySet<string> = new Set([`${OWN}image`, `${OWN}problems`, `${OWN}operatingSystem`]);

/** Layers and history are what tells where a package comes from; a layer's instruction stands in the history alone. */
export function ownImageProperties({ image, traces, problems }: OwnImage): readonly SbomProperty[] {
  // Who vouches for which image it is does so for what was scanned, not for whoever has the document.
  const { layers, history, name: _, claimed: __, ...rest } = image;
  const described = {
    ...rest,
    layers: layers.map(({ historyIndex: ___, ...layer }) => layer),
    history,
    ...(traces !== undefined && { traces }),
  };
  return [
    { name: `${OWN}image`, value: JSON.stringify(described) },
    ...(problems.length > 0 ? [{ name: `${OWN}problems`, value: JSON.stringify(problems.map(inOrder)) }] : []),
  ];
}

/** Members in one order, whoever reported it. */
function inOrder({ code, message, layer, path, analyzer }: Problem): object {
  return { code, message, layer, path, analyzer };
}

/** The image that a subject of ours was made of; undefined for one that somebody else made. What is of a wrong type is left out. */
export function ownImage({ properties }: SbomComponent): OwnImage | undefined {
  const described = parse(properties.get(`${OWN}image`)?.[0]);
  const record = asRecord(described);
  if (record === undefined) return undefined;
  const history = asList(record['history']).slice(0, MOST).flatMap(historyEntry);
  const places = new Map(
    history.flatMap(({ index, layerIndex }) => (layerIndex === undefined ? [] : [[layerIndex, index]])),
  );
  const layers = asList(record['layers'])
    .slice(0, MOST)
    .map((layer, index) => layerInfo(layer, index, places.get(index)));
  const traces = asRecord(record['traces']);
  return {
    image: {
      reference: textOf(record, 'reference') ?? '',
      ...texts(record, ['id', 'digest', 'mediaType', 'platform', 'created']),
      layers,
      history,
    },
    ...(traces !== undefined && { traces: tracesOf(traces) }),
    problems: asList(parse(properties.get(`${OWN}problems`)?.[0]))
      .slice(0, MOST)
      .flatMap(problem),
  };
}

/** `value` of the property that has the distribution whole. */
export function ownDistributionProperty(distribution: Distribution): SbomProperty {
  return { name: `${OWN}operatingSystem`, value: JSON.stringify(distribution) };
}

/** The distribution of an operating-system component of ours. */
export function ownDistribution({ properties }: SbomComponent): Distribution | undefined {
  const record = asRecord(parse(properties.get(`${OWN}operatingSystem`)?.[0]));
  if (record === undefined) return undefined;
  const [id, version, name] = ['id', 'version', 'name'].map((key) => textOf(record, key));
  if (id === undefined || version === undefined || name === undefined) return undefined;
  return { id, version, name, ...texts(record, ['codename', 'parent', 'endOfLife']) };
}

/** Layers, entries of the history and problems, of each; nothing that Drydock writes has so many. */
const MOST = 100_000;

function parse(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function textOf(record: JsonRecord, key: string): string | undefined {
  const value = Object.hasOwn(record, key) ? record[key] : undefined;
  return typeof value === 'string' ? value : undefined;
}

function texts<K extends string>(record: JsonRecord, keys: readonly K[]): { [key in K]?: string } {
  const found: { [key in K]?: string } = {};
  for (const key of keys) {
    const value = textOf(record, key);
    if (value !== undefined) found[key] = value;
  }
  return found;
}

function count(record: JsonRecord, key: string): number | undefined {
  const value = Object.hasOwn(record, key) ? record[key] : undefined;
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : undefined;
}

function layerInfo(value: unknown, index: number, historyIndex: number | undefined): LayerInfo {
  const record = asRecord(value) ?? {};
  return {
    index,
    ...texts(record, ['digest', 'diffId', 'mediaType', 'instruction']),
    size: count(record, 'size') ?? 0,
    ...(historyIndex !== undefined && { historyIndex }),
  };
}

function historyEntry(value: unknown, index: number): HistoryEntry[] {
  const record = asRecord(value) ?? {};
  const layerIndex = count(record, 'layerIndex');
  return [
    {
      index,
      instruction: textOf(record, 'instruction') ?? '',
      ...texts(record, ['created', 'comment']),
      ...(layerIndex !== undefined && { layerIndex }),
    },
  ];
}

function tracesOf(record: JsonRecord): LayerTraces {
  const file = asRecord(record['releaseFile']) ?? {};
  const [path, layer] = [textOf(file, 'path'), count(file, 'layer')];
  return {
    ...(path !== undefined && layer !== undefined && { releaseFile: { path, layer } }),
    removedDatabases: asList(record['removedDatabases'])
      .slice(0, MOST)
      .flatMap((value) => {
        const state = asRecord(value) ?? {};
        const [slot, place, of, by] = [
          textOf(state, 'slot'),
          textOf(state, 'path'),
          count(state, 'layer'),
          count(state, 'removedBy'),
        ];
        if (slot === undefined || place === undefined || of === undefined || by === undefined) return [];
        return [{ slot, path: place, layer: of, removedBy: by }];
      }),
    droppedPackages: asList(record['droppedPackages'])
      .slice(0, MOST)
      .flatMap((value) => {
        const pkg = asRecord(value) ?? {};
        const [name, version, type, by] = [
          textOf(pkg, 'name'),
          textOf(pkg, 'version'),
          textOf(pkg, 'type'),
          count(pkg, 'layer'),
        ];
        if (name === undefined || version === undefined || type === undefined || by === undefined) return [];
        return [{ name, version, type, ...texts(pkg, ['arch']), layer: by }];
      }),
    contradictions: asList(record['contradictions']).slice(0, MOST).flatMap(contradiction),
  };
}

const fileTypes: ReadonlySet<string> = new Set<FileType>([
  'file',
  'directory',
  'symlink',
  'hardlink',
  'character',
  'block',
  'fifo',
  'whiteout',
]);

function contradiction(value: unknown): DatabaseContradiction[] {
  const record = asRecord(value) ?? {};
  const {
    kind,
    path,
    package: name,
    version,
    before,
    after,
    type,
  } = texts(record, ['kind', 'path', 'package', 'version', 'before', 'after', 'type']);
  const [layer, files, kept, uid, mode] = ['layer', 'files', 'kept', 'uid', 'mode'].map((key) => count(record, key));
  if (path === undefined || layer === undefined) return [];
  if (kind === 'place') {
    if (type === undefined || !fileTypes.has(type) || uid === undefined || mode === undefined) return [];
    return [{ kind, path, layer, type: type as FileType, uid, mode }];
  }
  if (name === undefined || files === undefined || kept === undefined) return [];
  const counts = { path, layer, files, kept };
  // Members in the order in which assembly makes them.
  if (kind === 'unlisted') return [{ kind, package: name, ...counts }];
  if (kind === 'files') return version === undefined ? [] : [{ kind, package: name, version, ...counts }];
  const isWhole = kind === 'version' && before !== undefined && after !== undefined;
  return isWhole ? [{ kind, package: name, before, after, ...counts }] : [];
}

function problem(value: unknown): Problem[] {
  const record = asRecord(value) ?? {};
  const [code, message, layer] = [textOf(record, 'code'), textOf(record, 'message'), count(record, 'layer')];
  if (code === undefined || message === undefined || !Object.hasOwn(problemCodes, code)) return [];
  return [
    {
      code: code as ProblemCode,
      message,
      ...(layer !== undefined && { layer }),
      ...texts(record, ['path', 'analyzer']),
    },
  ];
}
