import { LimitError } from '../errors.ts';

/** Something that a workflow runs and that stands in another repository. */
export interface UsedAction {
  /** `OWNER/REPOSITORY`, and where in it: `actions/cache/restore`, `octo/repo/.github/workflows/a.yml`. */
  readonly name: string;
  /** The branch, tag or commit; of a commit the tag, where a comment behind it says which. */
  readonly version: string;
}

const MAX_ACTIONS = 5000;
const USES = /^[ \t]*(?:-[ \t]+)?["']?uses["']?[ \t]*:[ \t]+(?:"([^"]*)"|'([^']*)'|([^\s#'"]+))[ \t]*(?:#[ \t]*(.*))?$/;
const REFERENCE = /^([\w.-]{1,100}\/[\w.-]{1,100}(?:\/[\w./@-]{1,200})?)@([\w./+-]{1,200})$/;
/** A comment with a version, as tools that pin commits write it: `v4.2.2`, `v 11`. */
const VERSION = /^(?:tag=)?(v?) ?(\d[\w.+-]{0,50})$/;

/**
 * Reads what a workflow or a composite action uses (docs.github.com: "Workflow syntax", `jobs.<job_id>.steps[*].uses`). By its lines:
 * `uses` means nothing else in such a file, but in a text of several lines. What stands beside the file itself (`./`) and images
 * (`docker://`) are left out.
 * @throws LimitError for more than any workflow uses
 */
export function parseUsedActions(text: string): readonly UsedAction[] {
  const found = new Map<string, UsedAction>();
  for (const line of text.split(/\r?\n/)) {
    if (line.length > 1000 || !line.includes('uses')) continue;
    const [, double, single, plain, comment] = USES.exec(line) ?? [];
    const [, name, reference] = REFERENCE.exec(double ?? single ?? plain ?? '') ?? [];
    if (name === undefined || reference === undefined) continue;
    const [, letter, told] = VERSION.exec(comment?.trim() ?? '') ?? [];
    const version =
      /^[0-9a-f]{40}$/.test(reference) && told !== undefined ? versionOf(letter, told, comment) : reference;
    found.set(`${name}@${version}`, { name, version });
    if (found.size > MAX_ACTIONS) throw new LimitError(`it uses more than ${MAX_ACTIONS} actions`);
  }
  return [...found.values()];
}

/** `v 11` is told as `11`. */
function versionOf(letter: string | undefined, told: string, comment: string | undefined): string {
  return comment?.includes(`${letter}${told}`) === true ? `${letter}${told}` : told;
}
