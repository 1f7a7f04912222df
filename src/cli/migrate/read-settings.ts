import { readYamlTree, type YamlNode } from '../../formats/yaml-tree.ts';
import type { ForeignOption, ForeignTool } from './foreign.ts';
import { type GivenOption, shownValue } from './read-line.ts';

/** Options of another program that a variable sets, in the order of their names. */
export function optionsOfVariables(
  tool: ForeignTool,
  environment: Readonly<Record<string, string | undefined>>,
): readonly GivenOption[] {
  return tool.options.flatMap((option) =>
    variablesOf(tool, option).flatMap((name): GivenOption[] => {
      const value = environment[name];
      if (value === undefined || value === '') return [];
      return [
        { option, value: unSwitch(option, value), shown: `${name}=${shownValue(option, value)}`, from: 'environment' },
      ];
    }),
  );
}

export function variablesOf(tool: ForeignTool, option: ForeignOption): readonly string[] {
  return option.variables ?? tool.variablesOf?.(option) ?? [];
}

/** What a file of another program sets. */
export interface OptionsOfFile {
  readonly options: readonly GivenOption[];
  /** Keys that mean nothing to us. */
  readonly unknown: readonly string[];
}

/** Nobody sets more. */
const MOST_KEYS = 1000;

/**
 * Reads a file of options: mappings in YAML, whose keys are joined with dots.
 * @throws YamlError for what is no YAML
 */
export async function optionsOfFile(tool: ForeignTool, text: string): Promise<OptionsOfFile> {
  const options: GivenOption[] = [];
  const unknown: string[] = [];
  const root = await readYamlTree(text);
  for (const [key, value] of [...leaves(root, '')].slice(0, MOST_KEYS)) {
    const option = tool.options.find(({ keys = [] }) => keys.some((known) => meansKey(known, key)));
    if (option === undefined) unknown.push(key);
    else if (value !== '') {
      options.push({
        option,
        value: unSwitch(option, value),
        shown: `${key}: ${shownValue(option, value)}`,
        from: 'file',
      });
    }
  }
  return { options, unknown };
}

/** Whether a key of a table, which may end in `*`, is that of a file. */
export function meansKey(known: string, key: string): boolean {
  if (known.endsWith('*')) return key.startsWith(known.slice(0, -1));
  return known === key;
}

function* leaves(node: YamlNode | undefined, path: string): Generator<readonly [string, string]> {
  if (node?.kind === 'scalar') {
    const isNothing = node.plain && /^(?:null|~|)$/i.test(node.text);
    yield [path, isNothing ? '' : node.text];
  } else if (node?.kind === 'list') {
    const texts = node.items.flatMap((item) => (item.kind === 'scalar' ? [item.text] : []));
    yield [path, texts.length === 0 && node.items.length > 0 ? '(a list)' : texts.join(',')];
  } else if (node?.kind === 'mapping') {
    for (const [key, { value }] of node.entries) yield* leaves(value, path === '' ? key : `${path}.${key}`);
  }
}

/** `1` and `TRUE` are as good as `true` (Go, strconv.ParseBool). */
function unSwitch({ takes }: ForeignOption, value: string): string {
  if (takes !== undefined) return value;
  return /^(?:1|t|true)$/i.test(value) ? 'true' : 'false';
}
