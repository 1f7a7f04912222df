import type { VexJustification } from '../../formats/vex/document.ts';
import { isNothing, type YamlMapping, type YamlNode } from '../../formats/yaml-tree.ts';
import type { FindingKind } from '../../model/finding.ts';
import type { Criteria } from '../policy.ts';

/** Something that another tool's file accepts. */
export interface ImportedEntry {
  readonly line: number;
  readonly criteria: Criteria;
  readonly reason?: string;
  /** YYYY-MM-DD; absent: for ever, which no entry of a policy is. */
  readonly expires?: string;
  readonly justification?: VexJustification;
}

/** Something of a file that has no counterpart, and why. */
export interface LeftOut {
  readonly line: number;
  readonly what: string;
  readonly why: string;
}

/** What was read of a file of another tool. */
export interface Imported {
  readonly entries: readonly ImportedEntry[];
  readonly left: readonly LeftOut[];
}

/**
 * Why nothing here is meant by an id of a check of another tool; undefined where something is.
 *
 * @param tool `dockle`, `hadolint`, `trivy`
 */
export type WhyNot = (tool: string, id: string) => string | undefined;

/** What checks of build files and images by other tools are about. Secrets that were found by their values are accepted one by one. */
export const kindsOfBuildChecks: readonly FindingKind[] = ['configuration', 'history', 'persistence'];

/** Collects both, and reads nodes of YAML as forgivingly as those tools do. */
export class ImportList {
  readonly entries: ImportedEntry[] = [];
  readonly left: LeftOut[] = [];

  add(entry: ImportedEntry): void {
    this.entries.push(entry);
  }

  leave(line: number, what: string, why: string): void {
    this.left.push({ line, what, why });
  }

  /**
   * An id of a check: an entry where a rule here asks the same, left out with the reason where none does.
   *
   * @param details besides the id
   */
  addCheck(
    tool: string,
    id: string,
    whyNot: WhyNot,
    line: number,
    details: Omit<ImportedEntry, 'line' | 'criteria'> = {},
  ): void {
    const why = whyNot(tool, id);
    if (why !== undefined) this.leave(line, id, why);
    else this.add({ line, criteria: { id: [id], kind: kindsOfBuildChecks }, ...details });
  }

  /** Names keys of a mapping that nobody looked at. */
  leaveOthers(mapping: YamlMapping, known: readonly string[], where: string): void {
    for (const [key, { line }] of mapping.entries) {
      if (!known.includes(key)) this.leave(line, `${where}${key}`, 'it has no counterpart');
    }
  }
}

export function child(node: YamlNode | undefined, key: string): YamlNode | undefined {
  return node?.kind === 'mapping' ? node.entries.get(key)?.value : undefined;
}

export function textOf(node: YamlNode | undefined): string | undefined {
  if (node?.kind !== 'scalar' || isNothing(node)) return undefined;
  const text = node.text.trim().replace(/\s+/g, ' ');
  return text === '' ? undefined : text;
}

export function itemsOf(node: YamlNode | undefined): readonly YamlNode[] {
  return node?.kind === 'list' ? node.items : [];
}

export function textsOf(node: YamlNode | undefined): readonly string[] {
  return itemsOf(node).flatMap((item) => textOf(item) ?? []);
}

/** The day of a date or moment; undefined for what is neither. */
export function dayOf(text: string | undefined): string | undefined {
  if (text === undefined || !/^\d{4}-\d{2}-\d{2}(?:$|[Tt ])/.test(text)) return undefined;
  const day = text.slice(0, 10);
  const time = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== day ? undefined : day;
}
