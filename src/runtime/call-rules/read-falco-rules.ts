import type { YamlMapping } from '../../formats/yaml-tree.ts';
import type { Confidence } from '../../model/finding.ts';
import { type Severity, severities } from '../../model/severity.ts';
import type { CallRule, RuleComplaint } from './call-rule.ts';
import type { Condition } from './condition.ts';
import { ConditionError } from './condition-error.ts';
import { parseCondition } from './parse-condition.ts';
import { addExceptions, exceptCases, type RuleException, readExceptions } from './rule-exceptions.ts';
import { booleanOf, nodeAt, RuleError, readRuleYaml, textOf, textsOf } from './rule-yaml.ts';

/** A rule of Falco's format, as far as it was told until now. */
interface FalcoRule {
  readonly rule: CallRule;
  readonly condition: string;
  readonly exceptions: readonly RuleException[];
  /** `syscall`, or of a plugin. */
  readonly source: string;
  readonly line: number;
}

/** A rule with its condition, ready to be compiled. */
export interface ReadRule {
  readonly rule: CallRule;
  readonly condition: Condition;
  readonly source: string;
}

export interface ReadRules {
  readonly rules: readonly ReadRule[];
  readonly macros: ReadonlyMap<string, Condition>;
  readonly lists: ReadonlyMap<string, readonly string[]>;
}

export interface RuleText {
  /** As messages name it. */
  readonly file: string;
  readonly text: string;
}

/** The engine whose language is read here: https://falco.org/docs/concepts/rules/versioning/. */
const ENGINE = [0, 63, 0] as const;

const priorities: Readonly<Record<string, Severity>> = {
  emergency: 'critical',
  alert: 'critical',
  critical: 'critical',
  error: 'high',
  warning: 'medium',
  notice: 'low',
  informational: 'negligible',
  info: 'negligible',
  debug: 'negligible',
};

const confidences: readonly Confidence[] = ['certain', 'high', 'medium', 'low'];

/**
 * Reads files of rules in Falco's format, in their order: later ones may add to what earlier ones define, or replace it
 * (https://falco.org/docs/concepts/rules/overriding/). What is wrong is complained of, and the rest is read.
 */
export async function readFalcoRules(
  texts: readonly RuleText[],
  complain: (complaint: RuleComplaint) => void,
): Promise<ReadRules> {
  const reader = new FalcoReader(complain);
  for (const { file, text } of texts) {
    const tree = await readRuleYaml(file, text, complain);
    if (tree === undefined) continue;
    if (tree.kind !== 'list') {
      complain({ file, line: tree.line, message: 'a list of rules, macros and lists is expected' });
      continue;
    }
    for (const item of tree.items) {
      if (item.kind === 'mapping') reader.item(file, item);
      else complain({ file, line: item.line, message: 'a rule, a macro or a list is expected' });
    }
  }
  return reader.result();
}

class FalcoReader {
  readonly #complain: (complaint: RuleComplaint) => void;
  readonly #lists = new Map<string, readonly string[]>();
  readonly #macros = new Map<string, { readonly file: string; readonly line: number; readonly condition: string }>();
  readonly #rules = new Map<string, FalcoRule>();

  constructor(complain: (complaint: RuleComplaint) => void) {
    this.#complain = complain;
  }

  item(file: string, item: YamlMapping): void {
    try {
      this.#item(file, item);
    } catch (error) {
      if (error instanceof RuleError) this.#complain({ file, line: error.line, message: error.message });
      else if (error instanceof ConditionError) this.#complain({ file, line: item.line, message: error.message });
      else throw error;
    }
  }

  result(): ReadRules {
    const macros = new Map<string, Condition>();
    for (const [name, { file, line, condition }] of this.#macros) {
      const read = this.#condition(file, line, `macro ${name}`, condition);
      if (read !== undefined) macros.set(name, read);
    }
    const rules = [...this.#rules.values()].flatMap(({ rule, condition, exceptions, source, line }): ReadRule[] => {
      const read = this.#condition(rule.file, line, `rule ${rule.title}`, condition, exceptions);
      return read === undefined ? [] : [{ rule, condition: read, source }];
    });
    return { rules, macros, lists: this.#lists };
  }

  #condition(
    file: string,
    line: number,
    what: string,
    text: string,
    exceptions: readonly RuleException[] = [],
  ): Condition | undefined {
    try {
      return exceptCases(parseCondition(text), exceptions);
    } catch (error) {
      if (error instanceof RuleError) this.#complain({ file, line: error.line, message: error.message });
      else if (error instanceof ConditionError) this.#complain({ file, line, message: `${what}: ${error.message}` });
      else throw error;
      return undefined;
    }
  }

  #item(file: string, item: YamlMapping): void {
    const { entries } = item;
    if (entries.has('required_engine_version')) this.#engine(file, item);
    else if (entries.has('list')) this.#list(item);
    else if (entries.has('macro')) this.#macro(file, item);
    else if (entries.has('rule')) this.#rule(file, item);
    else if (!entries.has('required_plugin_versions')) {
      throw new RuleError(item.line, 'neither a rule, a macro nor a list');
    }
  }

  #engine(file: string, item: YamlMapping): void {
    const text = textOf(item, 'required_engine_version') ?? '';
    const wanted = (/^\d{1,9}$/.test(text) ? `0.${text}.0` : text).split('.').map(Number);
    for (const [index, part] of ENGINE.entries()) {
      const asked = wanted[index] ?? 0;
      if (asked < part) return;
      if (asked > part) break;
      if (index === ENGINE.length - 1) return;
    }
    this.#complain({
      file,
      line: item.line,
      message: `the file asks for engine ${text.slice(0, 40)}; the language of ${ENGINE.join('.')} is read`,
    });
  }

  #list(item: YamlMapping): void {
    const name = nameOf(item, 'list');
    const items = textsOf(item, 'items') ?? [];
    const how = overrideOf(item, 'items');
    const before = this.#lists.get(name);
    if (how !== undefined && before === undefined) throw new RuleError(item.line, `there is no list ${name} yet`);
    this.#lists.set(name, how === 'append' ? [...before!, ...items] : items);
  }

  #macro(file: string, item: YamlMapping): void {
    const name = nameOf(item, 'macro');
    const condition = textOf(item, 'condition');
    if (condition === undefined) throw new RuleError(item.line, `the macro ${name} has no condition`);
    const how = overrideOf(item, 'condition');
    const before = this.#macros.get(name);
    if (how !== undefined && before === undefined) throw new RuleError(item.line, `there is no macro ${name} yet`);
    const line = nodeAt(item, 'condition')!.line;
    this.#macros.set(name, {
      file,
      line,
      condition: how === 'append' ? `${before!.condition} ${condition}` : condition,
    });
  }

  #rule(file: string, item: YamlMapping): void {
    const name = nameOf(item, 'rule');
    const before = this.#rules.get(name);
    const changes = nodeAt(item, 'override') !== undefined || booleanOf(item, 'append') === true;
    const enabledAlone = item.entries.size === 2 && item.entries.has('enabled');
    if (changes || enabledAlone) {
      if (before === undefined) throw new RuleError(item.line, `there is no rule ${name} yet`);
      this.#rules.set(name, change(before, item, enabledAlone));
      return;
    }
    const condition = textOf(item, 'condition');
    if (condition === undefined) throw new RuleError(item.line, `the rule ${name} has no condition`);
    this.#rules.set(name, {
      rule: readRule(file, item, name),
      condition,
      exceptions: readExceptions(item),
      source: textOf(item, 'source') ?? 'syscall',
      line: nodeAt(item, 'condition')!.line,
    });
  }
}

function nameOf(item: YamlMapping, key: string): string {
  const name = textOf(item, key)?.trim();
  if (name === undefined || name === '' || name.length > 256) throw new RuleError(item.line, `a ${key} needs a name`);
  return name;
}

/** What is to happen to what stood there before; undefined: it is replaced as a whole. */
function overrideOf(item: YamlMapping, key: string): 'append' | 'replace' | undefined {
  if (booleanOf(item, 'append') === true) return 'append';
  const override = nodeAt(item, 'override');
  if (override === undefined) return undefined;
  if (override.kind !== 'mapping') throw new RuleError(override.line, 'override is expected to be a mapping');
  const how = textOf(override, key);
  if (how === undefined) return undefined;
  if (how !== 'append' && how !== 'replace')
    throw new RuleError(override.line, `override of ${key} is append or replace`);
  return how;
}

/** The rule with what a later item says of it. */
function change(before: FalcoRule, item: YamlMapping, enabledAlone: boolean): FalcoRule {
  if (enabledAlone) return { ...before, rule: { ...before.rule, enabled: booleanOf(item, 'enabled') ?? true } };
  const appends = (key: string): boolean => overrideOf(item, key) === 'append';
  const condition = textOf(item, 'condition');
  const exceptions = readExceptions(item);
  const description = textOf(item, 'desc');
  const tags = textsOf(item, 'tags');
  const enabled = booleanOf(item, 'enabled');
  const priority = textOf(item, 'priority');
  const { rule } = before;
  return {
    ...before,
    condition:
      condition === undefined
        ? before.condition
        : appends('condition')
          ? `${before.condition} ${condition}`
          : condition,
    exceptions:
      exceptions.length === 0
        ? before.exceptions
        : overrideOf(item, 'exceptions') === 'replace'
          ? exceptions
          : addExceptions(before.exceptions, exceptions),
    rule: {
      ...rule,
      ...(description !== undefined && {
        description: appends('desc') ? `${rule.description} ${description.trim()}` : description.trim(),
      }),
      ...(tags !== undefined && { tags: appends('tags') ? [...rule.tags, ...tags] : tags }),
      ...(enabled !== undefined && { enabled }),
      ...(priority !== undefined && { severity: severityOf(item, priority) }),
    },
  };
}

/** What our own rules say besides, in a mapping `drydock` that Falco does not read. */
function readRule(file: string, item: YamlMapping, name: string): CallRule {
  const more = nodeAt(item, 'drydock');
  if (more !== undefined && more.kind !== 'mapping')
    throw new RuleError(more.line, 'drydock is expected to be a mapping');
  const word = (key: string): string | undefined => (more === undefined ? undefined : textOf(more, key)?.trim());
  const severity = word('severity');
  const confidence = word('confidence');
  const url = word('url');
  const remediation = word('remediation');
  const priority = textOf(item, 'priority');
  if (severity === undefined && priority === undefined)
    throw new RuleError(item.line, `the rule ${name} has no priority`);
  return {
    id: word('id') ?? name,
    title: name,
    description: (textOf(item, 'desc') ?? '').trim().replace(/\s+/g, ' '),
    severity: severity === undefined ? severityOf(item, priority!) : oneOf(item, 'severity', severity, severities),
    confidence: confidence === undefined ? 'medium' : oneOf(item, 'confidence', confidence, confidences),
    aliases: more === undefined ? [] : (textsOf(more, 'aliases') ?? []),
    tags: textsOf(item, 'tags') ?? [],
    ...(remediation !== undefined && { remediation }),
    source: { name: word('source') ?? file, ...(url !== undefined && { url }) },
    enabled: booleanOf(item, 'enabled') ?? true,
    file,
    line: item.line,
  };
}

function severityOf(item: YamlMapping, priority: string): Severity {
  const severity = priorities[priority.toLowerCase()];
  if (severity === undefined)
    throw new RuleError(nodeAt(item, 'priority')?.line ?? item.line, `${priority} is no priority`);
  return severity;
}

function oneOf<T extends string>(item: YamlMapping, key: string, word: string, words: readonly T[]): T {
  const known = words.find((one) => one === word);
  if (known === undefined) throw new RuleError(item.line, `${key} is one of ${words.join(', ')}`);
  return known;
}
