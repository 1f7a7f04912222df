import type { YamlMapping, YamlNode } from '../../../formats/yaml-tree.ts';
import type { Severity } from '../../../model/severity.ts';
import type { CallRule, RuleComplaint } from '../call-rule.ts';
import type { RuleText } from '../read-falco-rules.ts';
import { nodeAt, RuleError, readRuleYaml, scalarOf, textOf, textsOf } from '../rule-yaml.ts';

/** A rule of Sigma as it stands in its file. */
export interface SigmaRule {
  readonly rule: CallRule;
  readonly product: string | undefined;
  readonly category: string | undefined;
  readonly service: string | undefined;
  /** Searches by name, in their order. */
  readonly searches: ReadonlyMap<string, YamlNode>;
  /** Several are alternatives. */
  readonly conditions: readonly string[];
}

const levels: Readonly<Record<string, Severity>> = {
  informational: 'negligible',
  low: 'low',
  medium: 'medium',
  high: 'high',
  critical: 'critical',
};

/**
 * Reads rules of Sigma, one a file (https://sigmahq.io/sigma-specification/). What is wrong is complained of.
 */
export async function readSigmaRules(
  texts: readonly RuleText[],
  complain: (complaint: RuleComplaint) => void,
): Promise<readonly SigmaRule[]> {
  const rules: SigmaRule[] = [];
  for (const { file, text } of texts) {
    const tree = await readRuleYaml(file, text, complain);
    if (tree === undefined) continue;
    try {
      if (tree.kind !== 'mapping') throw new RuleError(tree.line, 'a rule of Sigma is expected');
      rules.push(readRule(file, tree));
    } catch (error) {
      if (!(error instanceof RuleError)) throw error;
      complain({ file, line: error.line, message: error.message });
    }
  }
  return rules;
}

function readRule(file: string, item: YamlMapping): SigmaRule {
  const title = textOf(item, 'title')?.trim();
  if (title === undefined || title === '') throw new RuleError(item.line, 'a rule needs a title');
  const detection = nodeAt(item, 'detection');
  if (detection?.kind !== 'mapping') throw new RuleError(item.line, `the rule ${title} has no detection`);
  const conditions = textsOf(detection, 'condition') ?? [];
  if (conditions.length === 0) throw new RuleError(detection.line, `the rule ${title} has no condition`);
  const searches = new Map<string, YamlNode>();
  for (const [name, { value }] of detection.entries) {
    if (name !== 'condition' && name !== 'timeframe') searches.set(name, value);
  }
  const source = nodeAt(item, 'logsource');
  const word = (key: string): string | undefined => (source?.kind === 'mapping' ? textOf(source, key) : undefined);
  const author = authorOf(item);
  const reference = textsOf(item, 'references')?.find((address) => /^https?:\/\//.test(address));
  return {
    rule: {
      id: textOf(item, 'id') ?? title,
      title: title.slice(0, 256),
      description: (textOf(item, 'description') ?? '').trim().replace(/\s+/g, ' '),
      severity: levels[(textOf(item, 'level') ?? '').toLowerCase()] ?? 'unknown',
      confidence: ['experimental', 'test'].includes(textOf(item, 'status') ?? '') ? 'low' : 'medium',
      aliases: [],
      tags: textsOf(item, 'tags') ?? [],
      source: {
        // Its licence asks that whoever shows what a rule found names the author.
        name: author === undefined ? `sigma: ${file}` : `sigma: ${author}`,
        ...(reference !== undefined && { url: reference }),
      },
      enabled: true,
      file,
      line: item.line,
    },
    product: word('product'),
    category: word('category'),
    service: word('service'),
    searches,
    conditions,
  };
}

function authorOf(item: YamlMapping): string | undefined {
  const author = nodeAt(item, 'author');
  if (author === undefined) return undefined;
  const names =
    author.kind === 'list' ? author.items.map((one) => scalarOf(one, 'author')) : [scalarOf(author, 'author')];
  return names.join(', ').slice(0, 200);
}
