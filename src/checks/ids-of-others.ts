import type { Check } from '../model/check.ts';
import { comparableId } from '../model/finding-id.ts';
import { compareText } from '../model/order.ts';

/** A rule of another tool that no rule here asks, or none in the same way. */
interface WithoutRule {
  /** `TOOL:ID`, as aliases of rules are written. */
  readonly id: string;
  /** The reason, or who answers instead: a sentence. */
  readonly why: string;
}

/** Tools whose users may look for the ids they know. */
export const otherTools: ReadonlyMap<string, string> = new Map([
  ['dockle', 'Dockle'],
  ['hadolint', 'hadolint'],
  ['trivy', 'Trivy'],
  ['cis-docker', 'CIS Docker Benchmark 1.6, chapter 4'],
  ['veinmind', 'VeinMind'],
  ['dagda', 'Dagda'],
  ['dive', 'dive'],
  ['whaler', 'Whaler'],
]);

const stages = 'Stages and their names are in no history: only the build file can tell.';
const client =
  'Content trust is switched on for the client that pulls, and leaves nothing in an image; whether an image is signed its registry tells.';
const running = 'It is asked of a running container and of its host, not of an image.';

/** What of the others has no rule here, and why. */
export const idsWithoutRule: readonly WithoutRule[] = [
  { id: 'dockle:CIS-DI-0005', why: client },
  { id: 'hadolint:DL1001', why: 'Remarks of a build file are not in the image.' },
  { id: 'hadolint:DL3021', why: stages },
  { id: 'hadolint:DL3022', why: stages },
  { id: 'hadolint:DL3023', why: stages },
  { id: 'hadolint:DL3024', why: stages },
  {
    id: 'hadolint:DL3026',
    why: 'Which registries are trusted is a list of whoever runs it; an image names its base by a label alone, if at all.',
  },
  { id: 'hadolint:DL3029', why: 'FROM and its options are in no history.' },
  {
    id: 'hadolint:DL3044',
    why: 'Builders record values, not the variables that they were made of.',
  },
  {
    id: 'hadolint:DL3045',
    why: 'The files lie below the working directory of the base image, which an image does not tell from its own.',
  },
  { id: 'hadolint:DL3061', why: 'A build file in a wrong order builds no image.' },
  {
    id: 'hadolint:SC',
    why: 'ShellCheck is not run; what matters to an image of its rules is asked of commands by rules of our own.',
  },
  { id: 'trivy:DS-0006', why: stages },
  { id: 'trivy:DS-0012', why: stages },
  {
    id: 'trivy:secret',
    why: 'The check `secrets` looks into the configuration and the history of every image, and into its files.',
  },
  {
    id: 'cis-docker:4.4',
    why: 'It is what a scan does: vulnerabilities with what fixes them, and the check `end-of-life`.',
  },
  { id: 'cis-docker:4.5', why: client },
  { id: 'veinmind:basic', why: '`drydock history` and the head of every report tell it.' },
  {
    id: 'veinmind:escape:mount',
    why: `${running} What an image asks for itself by VOLUME the rule \`volume-system-directory\` judges.`,
  },
  { id: 'veinmind:escape:cap', why: running },
  { id: 'veinmind:escape:cve', why: 'It is asked of the kernel of the host: an image has none that runs.' },
  { id: 'veinmind:escape:dockerapi', why: running },
  { id: 'veinmind:trace', why: running },
  {
    id: 'dagda:static',
    why: 'It is what a scan does: packages of distributions and languages with their vulnerabilities, and the check `malware`.',
  },
  { id: 'dagda:runtime', why: running },
];

/** An id of another tool, and what there is for it here. */
export interface IdOfOther {
  /** Without the tool. */
  readonly id: string;
  /** Rules that ask the same, each with its check. */
  readonly rules: readonly { readonly check: string; readonly id: string }[];
  /** Why there is none. */
  readonly why?: string;
}

/** What there is for the ids of a tool, in their order. */
export function idsOf(tool: string, checks: readonly Check[]): readonly IdOfOther[] {
  const prefix = `${tool}:`;
  const found = new Map<string, { check: string; id: string }[]>();
  for (const check of checks) {
    for (const rule of check.rules) {
      for (const alias of rule.aliases ?? []) {
        if (!alias.startsWith(prefix)) continue;
        const id = alias.slice(prefix.length);
        const rules = found.get(id);
        if (rules === undefined) found.set(id, [{ check: check.id, id: rule.id }]);
        else rules.push({ check: check.id, id: rule.id });
      }
    }
  }
  const withRule = [...found].map(([id, rules]): IdOfOther => ({ id, rules }));
  const without = idsWithoutRule
    .filter(({ id }) => id.startsWith(prefix))
    .map(({ id, why }): IdOfOther => ({ id: id.slice(prefix.length), rules: [], why }));
  return [...withRule, ...without].sort((a, b) => compareText(sortKey(a), sortKey(b)));
}

/** 4.2 comes before 4.10. */
function sortKey({ id }: IdOfOther): string {
  return id.replaceAll(/\d+/g, (digits) => digits.padStart(6, '0'));
}

/**
 * Why no finding bears an id of another tool; undefined where a rule asks the same.
 *
 * @param id In any form that the tool has for it.
 */
export function whyNoRule(tool: string, id: string, checks: readonly Check[]): string | undefined {
  const wanted = comparableId(id);
  const of = idsOf(tool, checks);
  const found = of.find((other) => comparableId(other.id) === wanted);
  if (found !== undefined) return found.why;
  // Kinds of rules that are left as a whole: all of ShellCheck.
  const kind = /^(SC)\d+$/.exec(wanted)?.[1];
  return of.find((other) => other.id === kind)?.why ?? 'no rule here asks that';
}
