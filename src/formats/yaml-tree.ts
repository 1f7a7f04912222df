import { FormatError } from '../errors.ts';

/** A value of a YAML document with the line, from 1, on which it begins. Scalars are text: who reads them knows what they mean. */
export type YamlNode = YamlScalar | YamlList | YamlMapping | YamlAlias;

export interface YamlScalar {
  readonly kind: 'scalar';
  readonly line: number;
  readonly text: string;
  /** Without quotes: then `null`, `~` and nothing mean that there is no value. */
  readonly plain: boolean;
}

export interface YamlList {
  readonly kind: 'list';
  readonly line: number;
  readonly items: readonly YamlNode[];
}

export interface YamlMapping {
  readonly kind: 'mapping';
  readonly line: number;
  /** By key, with the line of the key. */
  readonly entries: ReadonlyMap<string, { readonly line: number; readonly value: YamlNode }>;
}

/** `*name`: never followed, so that a document cannot unfold to more than it is. */
export interface YamlAlias {
  readonly kind: 'alias';
  readonly line: number;
}

/** Nobody nests a list of exceptions deeper. */
const DEPTH = 50;

/** A FormatError that knows its line. */
export class YamlError extends FormatError {
  /** From 1. */
  readonly line: number;

  constructor(line: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.line = line;
  }
}

/**
 * Reads one YAML document as a tree that knows its lines; undefined for an empty one.
 * @throws YamlError for what is no YAML, is nested too deeply, has several documents or a key twice
 */
export async function readYamlTree(text: string): Promise<YamlNode | undefined> {
  const { parseEvents, getScalarValue, EVENT_ID, SCALAR_STYLE } = await import('js-yaml');
  const starts = lineStarts(text);
  const events = parse(() => parseEvents(text, { maxDepth: DEPTH }), starts);
  if (events.filter(({ type }) => type === EVENT_ID.DOCUMENT).length > 1) {
    throw new YamlError(1, 'several documents (---) stand in it; one is expected');
  }
  const open: Open[] = [];
  let root: YamlNode | undefined;
  let last = 1;
  const add = (node: YamlNode): void => {
    last = node.line;
    const parent = open.at(-1);
    if (parent === undefined) root = node;
    else put(parent, node);
  };
  for (const event of events) {
    if (event.type === EVENT_ID.SCALAR) {
      const line = event.valueStart < 0 ? last : lineOf(starts, event.valueStart);
      const text_ = event.valueStart < 0 ? '' : parse(() => getScalarValue(text, event), starts);
      add({ kind: 'scalar', line, text: text_, plain: event.style === SCALAR_STYLE.PLAIN });
    } else if (event.type === EVENT_ID.ALIAS) {
      add({ kind: 'alias', line: event.anchorStart < 0 ? last : lineOf(starts, event.anchorStart) });
    } else if (event.type === EVENT_ID.SEQUENCE || event.type === EVENT_ID.MAPPING) {
      const line = lineOf(starts, event.start);
      if (event.type === EVENT_ID.SEQUENCE) open.push({ kind: 'list', line, items: [] });
      else open.push({ kind: 'mapping', line, entries: new Map(), key: undefined });
    } else if (event.type === EVENT_ID.POP) {
      const done = open.pop();
      if (done !== undefined) add(done);
    }
  }
  return isNothing(root) ? undefined : root;
}

/** Nothing, `~` or `null`. */
export function isNothing(node: YamlNode | undefined): boolean {
  return node === undefined || (node.kind === 'scalar' && node.plain && /^(?:~|null)?$/i.test(node.text));
}

type Open =
  | { readonly kind: 'list'; readonly line: number; readonly items: YamlNode[] }
  | {
      readonly kind: 'mapping';
      readonly line: number;
      readonly entries: Map<string, { readonly line: number; readonly value: YamlNode }>;
      /** Waits for its value. */
      key: YamlNode | undefined;
    };

function put(parent: Open, node: YamlNode): void {
  if (parent.kind === 'list') {
    parent.items.push(node);
    return;
  }
  const { key } = parent;
  if (key === undefined) {
    if (node.kind !== 'scalar') throw new YamlError(node.line, 'a key is expected to be text');
    if (parent.entries.has(node.text)) throw new YamlError(node.line, `the key ${quote(node.text)} stands there twice`);
    parent.key = node;
    return;
  }
  parent.key = undefined;
  parent.entries.set((key as YamlScalar).text, { line: key.line, value: node });
}

/** A text in a message: short. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text);
}

function parse<T>(run: () => T, starts: readonly number[]): T {
  try {
    return run();
  } catch (error) {
    const { reason, mark } = error as { reason?: string; mark?: { position?: number; line?: number } };
    const line = mark?.line !== undefined ? mark.line + 1 : lineOf(starts, mark?.position ?? 0);
    const words = reason ?? (error instanceof Error ? error.message : String(error));
    throw new YamlError(line, `not YAML: ${words}`, { cause: error });
  }
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function lineOf(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (starts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return low + 1;
}
