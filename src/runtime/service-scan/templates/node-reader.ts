import type { YamlMapping, YamlNode } from '../../../formats/yaml-tree.ts';
import { byteText } from '../expression/value.ts';
import type { Refusal } from './template.ts';

/** Why a template is not used, and where it says so. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  readonly kind: Refusal['kind'];
  readonly line: number;

  constructor(kind: Refusal['kind'], line: number, reason: string) {
    super(reason);
    this.kind = kind;
    this.line = line;
  }
}

export function broken(node: { readonly line: number }, reason: string): TemplateError {
  return new TemplateError('broken', node.line, reason);
}

export function unsupported(node: { readonly line: number }, reason: string): TemplateError {
  return new TemplateError('unsupported', node.line, reason);
}

/** A mapping of a template, whose texts come as bytes: one a character. */
export class NodeReader {
  readonly node: YamlMapping;

  /** @throws TemplateError where it is no mapping */
  constructor(node: YamlNode, what: string) {
    if (node.kind !== 'mapping') throw broken(node, `${what} is no mapping`);
    this.node = node;
  }

  get line(): number {
    return this.node.line;
  }

  has(key: string): boolean {
    return this.node.entries.has(key);
  }

  get keys(): Iterable<string> {
    return this.node.entries.keys();
  }

  get(key: string): YamlNode | undefined {
    const value = this.node.entries.get(key)?.value;
    return value !== undefined && isEmpty(value) ? undefined : value;
  }

  text(key: string): string | undefined {
    const value = this.get(key);
    return value === undefined ? undefined : textOfNode(value, key);
  }

  /** The text of a key that may as well be something else. */
  anything(key: string): string | undefined {
    const value = this.get(key);
    return value === undefined ? undefined : value.kind === 'scalar' ? value.text : value.kind;
  }

  /** A mapping of texts. */
  pairs(key: string): (readonly [string, string])[] {
    const value = this.get(key);
    if (value === undefined) return [];
    const reader = new NodeReader(value, key);
    return [...reader.keys].map((name) => [byteText(name), reader.text(name) ?? ''] as const);
  }

  flag(key: string): boolean {
    return this.text(key)?.toLowerCase() === 'true';
  }

  number(key: string): number | undefined {
    const text = this.text(key);
    if (text === undefined) return undefined;
    if (!/^\d{1,9}$/.test(text.trim())) throw broken(this.get(key)!, `${key} is no number`);
    return Number(text);
  }

  /** One text, or a list of them. */
  texts(key: string): string[] {
    const value = this.get(key);
    if (value === undefined) return [];
    return value.kind === 'list' ? value.items.map((item) => textOfNode(item, key)) : [textOfNode(value, key)];
  }

  items(key: string): readonly YamlNode[] {
    const value = this.get(key);
    if (value === undefined) return [];
    if (value.kind !== 'list') throw broken(value, `${key} is no list`);
    return value.items;
  }
}

function isEmpty(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.plain && /^(?:|~|null)$/i.test(node.text);
}

export function textOfNode(node: YamlNode, what: string): string {
  if (node.kind !== 'scalar') throw broken(node, `${what} is no text`);
  return byteText(node.text);
}
