import type { Check } from '../../model/check.ts';
import type { Command, Invocation } from '../command.ts';
import { layOut } from '../ui/columns.ts';
import { textWidth } from '../ui/streams.ts';

/** What others may build on: the rules without the code. */
function toJson(checks: readonly Check[]): string {
  const list = checks.map(({ id, displayName, rules }) => ({ id, displayName, rules }));
  return `${JSON.stringify({ checks: list }, undefined, 2)}\n`;
}

function toTable(checks: readonly Check[], width: number): string {
  const rows = checks.flatMap((check) =>
    check.rules.map((rule) => [check.id, rule.id, rule.kind, rule.severity, rule.title]),
  );
  return layOut(['Check', 'Rule', 'Kind', 'Severity', 'Title'], rows, width);
}

async function run({ configuration, io }: Invocation): Promise<number> {
  const { checks } = await import('../../checks/index.ts');
  const { format } = configuration.settings;
  if (format === 'markdown') {
    const { documentChecksAsOne } = await import('../../checks/document.ts');
    await io.stdout.write(documentChecksAsOne(checks));
  } else
    await io.stdout.write(format === 'json' ? toJson(checks) : toTable(checks, textWidth(io.stdout, io.environment)));
  return 0;
}

export const command: Command = {
  name: 'checks',
  summary: 'List the checks besides vulnerabilities, with their rules.',
  arguments: [],
  options: ['format'],
  formats: ['table', 'json', 'markdown'],
  run,
};
