import { compareText } from '../../model/order.ts';
import { starterCallRules } from '../starter-call-rules.ts';
import { argumentNames } from './event-fields.ts';
import type { Field } from './field.ts';
import { fields, unavailableFields } from './fields.ts';
import { readFalcoRules } from './read-falco-rules.ts';

const NOTE = '<!-- Generated from src/runtime/call-rules and starter/call-rules by `npm run docs`; do not edit. -->';

/** Pages on rules on calls that follow from the program, by their names below docs/. */
export async function documentCallRules(): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ['call-rules/fields.md', fieldsPage()],
    ['call-rules/rules.md', await rulesPage()],
  ]);
}

const cell = (text: string): string => text.replaceAll('|', '\\|');

function fieldsPage(): string {
  const classes = [...new Set(fields.map(({ name }) => name.split('.')[0]!))];
  const tables = classes.map((name) => {
    const rows = fields.filter((field) => field.name.startsWith(`${name}.`)).map(fieldRow);
    return `## ${name}\n\n| Field | Type | Meaning |\n|---|---|---|\n${rows.join('\n')}\n`;
  });
  const unavailable = unavailableFields.map(([beginning, reason]) => `| \`${beginning}\` | ${cell(reason)} |`);
  return `# Fields of rules on calls

${NOTE}

What conditions of [rules on calls](../call-rules.md) may ask for. A field that a call does not have is not there: each
comparison with it is false.

${tables.join('\n')}
Names of arguments in \`evt.arg.NAME\` and \`evt.arg[NAME]\`: ${argumentNames.map((name) => `\`${name}\``).join(', ')}.

## Fields that cannot be told

Rules of Falco may ask for them. What needs them is not evaluable, and that is said.

| Fields that begin with | Why |
|---|---|
${unavailable.join('\n')}
`;
}

function fieldRow({ name, type, argument, meaning }: Field): string {
  const brackets = argument === 'must' ? '[...]' : argument === 'may' ? ' or with [...]' : '';
  const shown = argument === 'may' ? `\`${name}\`${brackets}` : `\`${name}${brackets}\``;
  return `| ${shown} | ${type} | ${cell(meaning)} |`;
}

async function rulesPage(): Promise<string> {
  const { rules } = await readFalcoRules(starterCallRules(), ({ file, line, message }) => {
    throw new Error(`${file}, line ${line}: ${message}`);
  });
  const sections = rules
    .map(({ rule }) => rule)
    .sort((a, b) => compareText(a.id, b.id))
    .map(({ id, title, severity, confidence, description, remediation, aliases, source: { url } }) =>
      [
        `## ${id}`,
        `${title} (severity ${severity}, confidence ${confidence}).`,
        description,
        ...(remediation === undefined ? [] : [`What to do: ${remediation}`]),
        ...(aliases.length === 0 ? [] : [`Rules of others on the same: ${aliases.join(', ')}.`]),
        ...(url === undefined ? [] : [`Source: <${url}>.`]),
      ].join('\n\n'),
    );
  return `# Our own rules on calls

${NOTE}

Rules of \`starter/call-rules\`: ${rules.length}. [How rules on calls work](../call-rules.md).

${sections.join('\n\n')}
`;
}
