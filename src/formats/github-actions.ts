import { FormatError, LimitError } from '../errors.ts';
import { asYamlList, asYamlMap, asYamlText, readYamlBlock, type YamlValue } from './yaml-block.ts';

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

/** In a mapping in braces, which may go on from the line before; a quoted key needs no blank behind its colon. */
const IN_BRACES =
  /(?:^|[{,])[ \t]*(?:uses[ \t]*:[ \t]+|["']uses["'][ \t]*:[ \t]*)(?:"([^"]*)"|'([^']*)'|([^\s#'",{}[\]]+))/g;

/**
 * Reads what a workflow or a composite action uses (docs.github.com: "Workflow syntax", `jobs.<job_id>.steps[*].uses`). By its lines,
 * since comments tell the versions of commits: `uses` means nothing else in such a file, but in a text of several lines. Where it stands
 * elsewhere in a line (`steps: [{uses: a/b@v1}]`), the document is read as YAML, too. What stands beside the file itself (`./`)
 * and images (`docker://`) are left out.
 * @throws LimitError for more than any workflow uses
 */
export function parseUsedActions(text: string): readonly UsedAction[] {
  const found = new FoundActions();
  const others: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (!line.includes('uses') || /^[ \t]*#/.test(line)) continue;
    const [all, double, single, plain, comment] = line.length > 1000 ? [] : (USES.exec(line) ?? []);
    if (all === undefined) others.push(line);
    else found.add(double ?? single ?? plain ?? '', comment);
  }
  for (const value of others.length === 0 ? [] : elsewhere(text, others)) found.add(value, undefined);
  return found.actions();
}

class FoundActions {
  readonly #found: Map<string, UsedAction> = new Map();
  /** As written, so that one is not listed by its commit again that was by its version. */
  readonly #seen: Set<string> = new Set();

  add(text: string, comment: string | undefined): void {
    const [written, name, reference] = REFERENCE.exec(text) ?? [];
    if (written === undefined || name === undefined || reference === undefined) return;
    if (comment === undefined && this.#seen.has(written)) return;
    this.#seen.add(written);
    const [, letter, told] = VERSION.exec(comment?.trim() ?? '') ?? [];
    const version =
      /^[0-9a-f]{40}$/.test(reference) && told !== undefined ? versionOf(letter, told, comment) : reference;
    this.#found.set(`${name}@${version}`, { name, version });
    if (this.#found.size > MAX_ACTIONS) throw new LimitError(`it uses more than ${MAX_ACTIONS} actions`);
  }

  actions(): readonly UsedAction[] {
    return [...this.#found.values()];
  }
}

/** Values of `uses` wherever they stand; of a document that is not read, those in braces within a line. */
function elsewhere(text: string, lines: readonly string[]): readonly string[] {
  try {
    const values: string[] = [];
    collectUses(readYamlBlock(text), values);
    return values;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return lines.flatMap((line) => [...line.matchAll(IN_BRACES)].map(([, a, b, c]) => a ?? b ?? c ?? ''));
  }
}

/** An anchor is taken as a part of the text. */
function collectUses(value: YamlValue, values: string[]): void {
  for (const one of asYamlList(value)) collectUses(one, values);
  for (const [key, one] of asYamlMap(value) ?? []) {
    const text = key === 'uses' ? asYamlText(one) : undefined;
    if (text === undefined) collectUses(one, values);
    else values.push(text.replace(/^&\S{1,100}\s{1,10}/, ''));
  }
}

/** `v 11` is told as `11`. */
function versionOf(letter: string | undefined, told: string, comment: string | undefined): string {
  return comment?.includes(`${letter}${told}`) === true ? `${letter}${told}` : told;
}
