import { isNothing, readYamlTree, YamlError, type YamlMapping, type YamlNode } from '../../formats/yaml-tree.ts';
import type { RuleComplaint } from './call-rule.ts';

/** Bytes of a file of rules; the largest of Falco's own has 95,000. */
const LARGEST = 4_000_000;

/** Nodes that may be texts: names, conditions, items. */
const LONGEST_TEXT = 65_536;

/**
 * Reads a YAML file of rules as the list or mapping that it is; undefined and a complaint where it is none. Closing
 * brackets that stand no further in than their key, which YAML does not allow and Falco reads, are moved.
 */
export async function readRuleYaml(
  file: string,
  text: string,
  complain: (complaint: RuleComplaint) => void,
): Promise<YamlNode | undefined> {
  if (text.length > LARGEST) {
    complain({ file, line: 1, message: `the file has more than ${LARGEST} characters` });
    return undefined;
  }
  try {
    return await readYamlTree(
      text.replace(/^[ \t]{0,100}[\]}]/gm, (brackets) => ' '.repeat(100) + brackets.trimStart()),
    );
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    complain({ file, line: error.line, message: error.message });
    return undefined;
  }
}

/** A mistake in a file, at the node that has it. */
export class RuleError extends Error {
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.name = 'RuleError';
    this.line = line;
  }
}

/** The value of a key; undefined where there is none. */
export function nodeAt(mapping: YamlMapping, key: string): YamlNode | undefined {
  const value = mapping.entries.get(key)?.value;
  return isNothing(value) ? undefined : value;
}

/** @throws RuleError where it is no text */
export function textOf(mapping: YamlMapping, key: string): string | undefined {
  const value = nodeAt(mapping, key);
  return value === undefined ? undefined : scalarOf(value, key);
}

/** @throws RuleError where it is no list of texts; a single text is a list of one */
export function textsOf(mapping: YamlMapping, key: string): readonly string[] | undefined {
  const value = nodeAt(mapping, key);
  if (value === undefined) return undefined;
  if (value.kind === 'scalar') return [scalarOf(value, key)];
  if (value.kind !== 'list') throw new RuleError(value.line, `${key} is expected to be a list`);
  return value.items.map((item) => scalarOf(item, key));
}

/** @throws RuleError */
export function scalarOf(node: YamlNode, what: string): string {
  if (node.kind === 'alias') throw new RuleError(node.line, `${what} is an alias (*name); those are not followed`);
  if (node.kind !== 'scalar') throw new RuleError(node.line, `${what} is expected to be text`);
  if (node.text.length > LONGEST_TEXT) throw new RuleError(node.line, `${what} is too long`);
  return node.text;
}

/** @throws RuleError where it is neither true nor false */
export function booleanOf(mapping: YamlMapping, key: string): boolean | undefined {
  const text = textOf(mapping, key);
  if (text === undefined) return undefined;
  if (/^(?:true|yes|on)$/i.test(text)) return true;
  if (/^(?:false|no|off)$/i.test(text)) return false;
  throw new RuleError(nodeAt(mapping, key)!.line, `${key} is expected to be true or false`);
}
