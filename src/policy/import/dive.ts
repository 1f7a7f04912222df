import type { YamlMapping } from '../../formats/yaml-tree.ts';
import { type Imported, ImportList, textOf } from './imported.ts';

/** Limits of dive's CI file, and what they are called here. */
const limits: ReadonlyMap<string, string> = new Map([
  ['lowestEfficiency', 'lowest-efficiency'],
  ['highestWastedBytes', 'highest-wasted-bytes'],
  ['highestUserWastedPercent', 'highest-user-wasted-percent'],
]);

/** True for `.dive-ci`, whatever it is called. */
export function isDiveFile(root: YamlMapping): boolean {
  const rules = root.entries.get('rules')?.value;
  return rules?.kind === 'mapping' && [...limits.keys()].some((name) => rules.entries.has(name));
}

/**
 * `.dive-ci` (github.com/wagoodman/dive, README, "CI Integration"). It accepts nothing: its limits are options of
 * `drydock history`, and no part of a policy. Each is told with its value; `disabled` needs none.
 */
export function importDive(root: YamlMapping): Imported {
  const list = new ImportList();
  const rules = root.entries.get('rules')?.value;
  if (rules?.kind === 'mapping') {
    for (const [key, { line, value }] of rules.entries) {
      const option = limits.get(key);
      const text = textOf(value);
      if (option === undefined) list.leave(line, key, 'it has no counterpart');
      else if (text?.toLowerCase() === 'disabled') list.leave(line, key, 'it is off, as here without the option');
      else {
        // Whoever copies the line into a shell must not run what the file says.
        const isLimit = text !== undefined && /^[\d.]{1,20}\s?(?:%|[kmg]?i?b)?$/i.test(text);
        const limit = isLimit ? text.replace(' ', '') : 'LIMIT';
        list.leave(
          line,
          key,
          `a policy has no limits: write "drydock history IMAGE --${option} ${limit}", or "${option}: ${limit}" in drydock.yaml`,
        );
      }
    }
  }
  list.leaveOthers(root, ['rules'], '');
  return list;
}
