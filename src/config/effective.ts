import { type OptionName, type OptionSpec, type Output, optionNames, optionTable } from './options.ts';
import { redactText } from './service-redact.ts';
import { HIDDEN } from './service-secret.ts';
import type { Configuration, Origin } from './settings.ts';

/** A value without the users and passwords of its addresses; itself where there are none. */
function withoutCredentials(value: unknown): unknown {
  if (Array.isArray(value)) {
    const words = value.map(withoutCredentials);
    return words.every((word, i) => word === value[i]) ? value : words;
  }
  return typeof value === 'string' ? redactText(value) : value;
}

function outputWords({ format, file, instead }: Output): string {
  return instead === true ? file : `${format}=${file}`;
}

/** A value as drydock.yaml would have it, on one line: JSON is YAML. */
function valueWords({ kind, secret }: OptionSpec, value: unknown): { readonly text: string; readonly hidden: boolean } {
  if (secret === true) return { text: HIDDEN, hidden: true };
  if (kind === 'duration') return { text: `${value}ms`, hidden: false };
  const plain = kind === 'outputs' ? (value as readonly Output[]).map(outputWords) : value;
  const shown = kind === 'text' || kind === 'words' ? withoutCredentials(plain) : plain;
  return { text: JSON.stringify(shown), hidden: shown !== plain };
}

/**
 * One option: `fail-on: "low"  # DRYDOCK_FAIL_ON`. A comment where it is not set, where it cannot stand in a file, and
 * where a secret was left out: none of these may be taken for a setting.
 */
export function effectiveLine(name: OptionName, spec: OptionSpec, value: unknown, place: string): string {
  if (value === undefined) return `# ${name}: not set`;
  const { text, hidden } = valueWords(spec, value);
  const notes = [
    ...(spec.only === undefined ? [] : [`${spec.only} only`]),
    ...(hidden ? ['what is secret is not shown'] : []),
  ];
  const line = `${name}: ${text}  # ${[place, ...notes].join('; ')}`;
  return notes.length === 0 ? line : `# ${line}`;
}

/** Every option with its value and who decided it: saved to a file that --config names, it configures the same. */
export function effectiveConfiguration({ settings, places, file }: Configuration): string {
  const lineOf = (name: OptionName): string =>
    effectiveLine(name, optionTable[name], settings[name], places.get(name) ?? 'default');
  const specOf = (name: OptionName): OptionSpec => optionTable[name];
  const lines = optionNames.filter((name) => specOf(name).section === undefined).map(lineOf);
  const served = optionNames.filter((name) => specOf(name).section === 'server').map((name) => `  ${lineOf(name)}`);
  return `# configuration file: ${file ?? 'none'}\n${[...lines, 'server:', ...served].join('\n')}\n`;
}

/** One option, as the page of the service lists it. */
export interface ListedOption {
  readonly name: OptionName;
  readonly description: string;
  readonly origin: Origin;
  /** As the configuration file would have it; absent: not set, or a secret. */
  readonly value?: string;
  /** It is set, and is not shown. */
  readonly isHidden: boolean;
  /** It says how much or whether: no name, address, path or person. */
  readonly isHarmless: boolean;
}

/** Kinds of options whose values tell nothing of where and who. */
const harmless: ReadonlySet<OptionSpec['kind']> = new Set(['switch', 'integer', 'duration', 'choice', 'choices']);

/** Options by their names, with what holds and who decided it. Secrets are not in it, nor are users and passwords of addresses. */
export function listOptions(
  { settings, origins }: Configuration,
  names: readonly OptionName[],
): readonly ListedOption[] {
  return names.map((name) => {
    const spec: OptionSpec = optionTable[name];
    const value: unknown = settings[name];
    const isSet = value !== undefined && !(Array.isArray(value) && value.length === 0);
    const isSecret = spec.secret === true;
    return {
      name,
      description: spec.description,
      origin: origins.get(name) ?? 'default',
      ...(isSet && !isSecret && { value: valueWords(spec, value).text }),
      isHidden: isSet && isSecret,
      isHarmless: harmless.has(spec.kind),
    };
  });
}
