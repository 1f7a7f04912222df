import path from 'node:path';
import { escapeText } from '../../report/escape.ts';
import { jsonText } from '../../report/json.ts';
import { countWords } from '../../report/words.ts';
import { convertDatabase } from '../../rules/convert.ts';
import { limitTime } from '../../signals.ts';
import type { Invocation } from '../command.ts';
import { line } from '../db/summary.ts';
import { exitStatusOf } from '../exit-status.ts';
import { textWidth } from '../ui/streams.ts';

/** `drydock rules convert IN OUT` */
export async function convertRules({ words, configuration, io }: Invocation): Promise<number> {
  const { settings } = configuration;
  const to = path.resolve(io.folder, words[1]!);
  const converted = await convertDatabase({
    from: path.resolve(io.folder, words[0]!),
    to,
    unsigned: settings['allow-unsigned'],
    signal: limitTime(io.signal, settings.timeout),
    onFile: (name) => io.progress.report(`converting ${name}`),
  });
  const { rules, files, left, malformed, refused } = converted;
  const reasons = Object.entries(left).sort((a, b) => b[1] - a[1]);
  if (settings.format === 'json') {
    const reasonsJson = reasons.map(([reason, count]) => ({ reason, count }));
    await io.stdout.write(
      jsonText({ schemaVersion: 1, path: to, files, rules, left: reasonsJson, malformed, refused }),
    );
  } else {
    const width = textWidth(io.stdout, io.environment);
    const told = [
      `Wrote: ${to} (${countWords(rules, 'rule')} of ${countWords(files, 'file')})`,
      ...reasons.map(([reason, count]) => `Left out: ${countWords(count, 'signature')}: ${reason}`),
      ...(malformed === 0 ? [] : [`Malformed: ${countWords(malformed, 'line')}`]),
    ];
    await io.stdout.write(told.map((one) => line(one, width)).join(''));
  }
  for (const { name, reason } of refused) io.error(escapeText(`${name} was left out: ${reason}.`));
  return exitStatusOf({ errors: refused.map(() => 'feed.refused') });
}
