import { isNothing, quote, YamlError, type YamlMapping, type YamlNode } from '../formats/yaml-tree.ts';

/** A text with the line on which it stands. */
export interface Value {
  readonly text: string;
  readonly line: number;
}

/** One text, or those of a list. */
export function valuesOf(node: YamlNode, name: string): readonly Value[] {
  if (node.kind !== 'list') return [{ text: textOf(node, name), line: node.line }];
  if (node.items.length === 0) throw new YamlError(node.line, `${name}: the list is empty`);
  return node.items.map((item) => ({ text: textOf(item, name), line: item.line }));
}

/** @throws YamlError for a list, a mapping, an alias, and for nothing */
export function textOf(node: YamlNode, name: string): string {
  if (node.kind === 'alias') throw new YamlError(node.line, `${name}: aliases (*name) are not understood here`);
  if (node.kind !== 'scalar') throw new YamlError(node.line, `${name}: a text is expected, not a ${node.kind}`);
  const text = node.text.trim();
  if (text === '' || isNothing(node)) throw new YamlError(node.line, `${name}: a text is expected, nothing is there`);
  return text;
}

/** @throws YamlError for a key that nobody knows */
export function checkKeys({ entries }: YamlMapping, known: readonly string[], what: string): void {
  for (const [key, { line }] of entries) {
    if (!known.includes(key)) throw new YamlError(line, `unknown key ${quote(key)}; ${what} has ${known.join(', ')}`);
  }
}
