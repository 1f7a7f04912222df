import { environmentName, type OptionSpec, optionTable } from '../../config/options.ts';
import { type Command, commonOptions } from '../command.ts';
import type { ForeignTool } from './foreign.ts';
import type { GivenOption } from './read-line.ts';
import { optionsOfVariables } from './read-settings.ts';
import { foreignTools } from './tools.ts';

/** More variables than that are told by their number. */
const MOST = 20;

/** Characters that are shown of a value. */
const SHOWN = 60;

/** Whose variables are looked for: those of programs that scan images, too. */
const scanners: readonly string[] = ['trivy', 'grype', 'dockle', 'snyk'];

/**
 * What variables of other scanners would say here. They decide nothing: what accepts or hides findings is never taken over
 * from an environment that was made for another program (docs/decisions/0014-words-of-other-scanners.md).
 * @returns one sentence for each that has a meaning here
 */
export function foreignVariables(
  environment: Readonly<Record<string, string | undefined>>,
  command: Command,
): readonly string[] {
  const sentences = foreignTools
    .filter(({ name }) => scanners.includes(name))
    .flatMap((tool) => optionsOfVariables(tool, environment).flatMap((given) => sentence(tool, given, command) ?? []));
  const rest = sentences.length - MOST;
  return rest <= 0
    ? sentences
    : [...sentences.slice(0, MOST), `${rest} more variables of other scanners do nothing here.`];
}

function sentence(tool: ForeignTool, { option, value, shown }: GivenOption, command: Command): string | undefined {
  const { verdict, settings = [], why } = option.here(value);
  // A switch that is off, and what is so anyway: nothing is missed.
  if (verdict === 'needless') return undefined;
  const name = shown.slice(0, shown.indexOf('='));
  const theirs = `${name} is for ${tool.name} and does nothing here`;
  const known = settings.filter(([own]) => commonOptions.includes(own) || command.options.includes(own));
  // A reason may repeat the value.
  if (known.length === 0) return why === '' ? `${theirs}.` : `${theirs}: ${why.slice(0, 3 * SHOWN)}.`;
  const words = known.map(([own, setting]) => {
    const spec: OptionSpec = optionTable[own];
    const text = setting === true ? 'true' : setting.slice(0, SHOWN);
    return spec.only === 'flag' ? `--${own}${setting === true ? '' : ` ${text}`}` : `${environmentName(own)}=${text}`;
  });
  return `${theirs}; write ${words.join(' and ')}.`;
}
