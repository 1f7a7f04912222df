import path from 'node:path';
import { UsageError } from '../errors.ts';
import {
  type ConfigurationFile,
  type FoundConfiguration,
  findConfigurationFile,
  type ReadingOptions,
  readConfigurationFile,
} from './file.ts';
import { nearest } from './nearest.ts';
import {
  environmentName,
  type OptionName,
  type OptionSpec,
  optionNames,
  optionTable,
  reportFormats,
  type Settings,
} from './options.ts';
import { settleOutputs, type WrittenOutput } from './outputs.ts';
import { parseValue } from './values.ts';

/** Who decided the value of an option: the first of them that said something. */
export type Origin = 'flag' | 'environment' | 'file' | 'default';

/** All settings, and where each comes from. */
export interface Configuration {
  readonly settings: Settings;
  readonly origins: ReadonlyMap<OptionName, Origin>;
  /** For people, in the form `environment DRYDOCK_FAIL_ON` or `drydock.yaml:3`. */
  readonly places: ReadonlyMap<OptionName, string>;
  /** The same as a message about the value begins with it: `--listen`, `drydock.yaml:3: server.listen`. */
  readonly mentions: ReadonlyMap<OptionName, string>;
  /** The file that was read. */
  readonly file?: string;
  /**
   * What to tell where that file was found and not named: who changes into a folder may not know of it. Absent where
   * the user asked for quiet; that the file does so is no reason to hide it.
   */
  readonly notice?: string;
  /** Things to tell that are no errors. */
  readonly warnings: readonly string[];
}

export interface ConfigurationSources {
  /** Texts of the flags that were given, by option name; booleans for switches. */
  readonly flags: ReadonlyMap<string, boolean | string | readonly string[]>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Relative paths start here, and drydock.yaml is looked for here. */
  readonly folder: string;
  /** Look for no file. */
  readonly withoutFile?: boolean;
  /** What `--format` may be for this command, the default first. */
  readonly formats?: readonly string[] | undefined;
  /**
   * Of what has to do with the service: files that Clair would read are understood, too, and one that nobody named is
   * looked for there. Absent: what a file that nobody named says of the service is not looked at.
   */
  readonly clair?: { readonly defaultFile?: string } | undefined;
}

/** Variables with our prefix that are no options. The launcher sets the last one. */
const otherVariables = [
  'DRYDOCK_DEBUG',
  'DRYDOCK_YARA',
  'DRYDOCK_STARTED_AS',
  // Credentials are no options: those show up in process lists, files and dumps.
  'DRYDOCK_REGISTRY',
  'DRYDOCK_REGISTRY_USERNAME',
  'DRYDOCK_REGISTRY_PASSWORD',
];

/** What Kubernetes and Docker set for a service that is called `drydock`: nobody meant an option by it. */
const serviceLink = /^DRYDOCK_(?:\w+_)?(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT|PORT_\d+_(?:TCP|UDP)(?:_\w+)?)$/;

function isFlagOnly(name: OptionName): boolean {
  const spec: OptionSpec = optionTable[name];
  return spec.only === 'flag';
}

function variableNames(): string[] {
  return optionNames.filter((name) => !isFlagOnly(name)).map(environmentName);
}

/**
 * A variable that nearly is one of ours was meant to be one, and a setting that is ignored in silence may hide
 * findings: an error. What is not even near may belong to somebody else: a warning.
 */
function checkEnvironment(given: readonly string[]): string[] {
  const known = given.length === 0 ? [] : variableNames();
  const warnings: string[] = [];
  for (const name of given) {
    if (known.includes(name) || serviceLink.test(name)) continue;
    const meant = nearest(
      name.slice('DRYDOCK_'.length),
      [...known, ...otherVariables].map((n) => n.slice('DRYDOCK_'.length)),
    );
    if (meant !== undefined) {
      throw new UsageError('usage.configuration', `${name}: unknown variable. Did you mean DRYDOCK_${meant}?`);
    }
    warnings.push(`${name}: no option of that name, so it does nothing.`);
  }
  return warnings;
}

/**
 * Joins all sources: flag before environment before file before default.
 * @throws UsageError on an unknown key or a bad value anywhere, also where another source would have decided.
 */
export async function resolveConfiguration(sources: ConfigurationSources): Promise<Configuration> {
  const { flags, environment, folder } = sources;
  const given = Object.keys(environment)
    .filter((name) => name.startsWith('DRYDOCK_') && !otherVariables.includes(name))
    .sort();
  const warnings = checkEnvironment(given);
  const values = new Map<OptionName, unknown>();
  const origins = new Map<OptionName, Origin>();
  const places = new Map<OptionName, string>();
  const mentions = new Map<OptionName, string>();

  const take = (name: OptionName, origin: Origin, place: string, value: unknown, mention = place): void => {
    if (origins.has(name)) return;
    values.set(name, value);
    origins.set(name, origin);
    places.set(name, place);
    mentions.set(name, mention);
  };
  const takeFlagOrVariable = (name: OptionName): void => {
    const spec: OptionSpec = optionTable[name];
    const flag = flags.get(name);
    if (flag !== undefined) {
      const own = sources.formats === undefined ? spec : withFormats(name, spec, sources.formats);
      take(name, 'flag', `--${name}`, parseValue(own, flag, { name: `--${name}`, origin: 'flag', folder }));
    }
    if (given.length === 0 || isFlagOnly(name)) return;
    const variable = environmentName(name);
    const text = environment[variable];
    // An empty variable is how shells and CI systems say "not set".
    if (text !== undefined && text !== '') {
      take(name, 'environment', variable, parseValue(spec, text, { name: variable, origin: 'environment', folder }));
    }
  };

  const reading: ReadingOptions & { readonly config?: string } =
    sources.clair === undefined ? { withoutSections: true } : await clairReading(sources, flags);
  for (const name of optionNames) {
    if (name !== 'config' || reading.config === undefined) takeFlagOrVariable(name);
    else if (reading.config !== '') take('config', 'flag', '--config', path.resolve(folder, reading.config));
  }
  const found =
    sources.withoutFile === true || reading.config === ''
      ? undefined
      : findConfigurationFile(values.get('config') as string | undefined, folder, sources.clair?.defaultFile);
  let file: ConfigurationFile | undefined;
  let notice: Pick<Configuration, 'notice'> = {};
  if (found !== undefined && 'warning' in found) warnings.push(found.warning);
  else if (found !== undefined) {
    file = await readConfigurationFile(found, reading);
    warnings.push(...file.warnings);
    const base = path.dirname(file.file);
    for (const [name, raw] of file.values) {
      const place = file.place(name);
      const at = `${place}: ${file.called(name)}`;
      const spec: OptionSpec = optionTable[name];
      const value =
        spec.inline === true && Array.isArray(raw)
          ? file.file
          : parseValue(spec, raw, { name: at, origin: 'file', folder: base });
      take(name, 'file', place, value, at);
    }
    notice = noticeOf(found, file, values.get('quiet') === true && origins.get('quiet') !== 'file');
  }
  for (const name of optionNames) {
    const spec: OptionSpec = optionTable[name];
    if (!origins.has(name)) take(name, 'default', 'default', spec.default);
  }
  // A format set for all commands means those that have it.
  const { formats } = sources;
  if (formats !== undefined && !formats.includes(String(values.get('format')))) values.set('format', formats[0]);
  const standard = {
    format: String(values.get('format')),
    rank: rankOf(origins.get('format')),
    isDefault: origins.get('format') === 'default',
  };
  const written = values.get('output') as readonly WrittenOutput[];
  const outputs = settleOutputs(written, rankOf(origins.get('output')), standard, formats ?? reportFormats);
  if (typeof outputs === 'string') {
    const code = origins.get('output') === 'flag' ? 'usage.option' : 'usage.configuration';
    throw new UsageError(code, `${mentions.get('output')}: ${outputs}`);
  }
  values.set('format', outputs.format);
  values.set('output', outputs.output);
  return {
    settings: Object.fromEntries(values) as unknown as Settings,
    origins,
    places,
    mentions,
    ...(file === undefined ? {} : { file: file.file }),
    ...notice,
    warnings,
  };
}

const ranks: readonly (Origin | undefined)[] = ['flag', 'environment', 'file', 'default'];

function rankOf(origin: Origin | undefined): number {
  return ranks.indexOf(origin);
}

/** The option as a command has it: both that name formats know those of the command alone. */
function withFormats(name: OptionName, spec: OptionSpec, formats: readonly string[]): OptionSpec {
  if (name === 'format') return { ...spec, choices: formats };
  if (name !== 'output') return spec;
  return { ...spec, choices: (spec.choices ?? []).filter((choice) => formats.includes(choice)) };
}

/** As Clair reads `-config`: variables in the path are expanded, and an empty one means no file at all. */
async function clairReading(
  { environment }: ConfigurationSources,
  flags: ConfigurationSources['flags'],
): Promise<ReadingOptions & { readonly config?: string }> {
  const { readClairFile, expandVariables } = await import('./clair-file.ts');
  const config = flags.get('config');
  return {
    readClair: readClairFile,
    ...(typeof config === 'string' && { config: expandVariables(config, environment) }),
  };
}

function noticeOf(
  { shown, named }: FoundConfiguration,
  { values }: ConfigurationFile,
  isQuiet: boolean,
): Pick<Configuration, 'notice'> {
  if (named || values.size === 0 || isQuiet) return {};
  return { notice: `${shown} in the current folder sets ${[...values.keys()].join(', ')}.` };
}
