import { escapeLine } from './escape.ts';

/** `1,234,567`. */
export function numberWords(value: number): string {
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** `1 package`, `2,000 packages`. */
export function countWords(count: number, one: string, many = `${one}s`): string {
  return `${numberWords(count)} ${count === 1 ? one : many}`;
}

/** A share from 0 to 1: `94.2 %`, `0.04 %`, `12 %`. */
export function percentWords(share: number): string {
  const percent = share * 100;
  const digits = percent >= 10 ? 1 : 2;
  return `${Number(percent.toFixed(digits))} %`;
}

/** Bytes in decimal units, as registries count them: `1.2 kB`, `48.5 MB`. */
export function sizeWords(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value.toFixed(1)} ${units[unit]}`;
}

/** `a, b and 3 more`, with at most `limit` names; `all` counts those too that are not in the list. */
export function listWords(names: readonly string[], limit: number, all: number = names.length): string {
  const shown = names.slice(0, limit);
  const more = Math.max(0, all - shown.length);
  return more === 0 ? shown.join(', ') : `${shown.join(', ')} and ${numberWords(more)} more`;
}

/** The day of a moment as feeds and images write it; the text itself where it is no date. */
export function dayWords(moment: string): string {
  return /^\d{4}-\d{2}-\d{2}T/.test(moment) ? moment.slice(0, 10) : moment;
}

/** Whole days from one moment to another; undefined where one is no date. */
export function daysBetween(from: string, to: string): number | undefined {
  const days = (Date.parse(to) - Date.parse(from)) / (24 * 60 * 60 * 1000);
  return Number.isNaN(days) ? undefined : Math.floor(days);
}

/** The instruction that made a layer, where one is recorded. */
export function instructionWords(instruction: string | undefined): string {
  return instruction === undefined || escapeLine(instruction) === '' ? '(no instruction recorded)' : instruction;
}

/**
 * Messages name our commands as `"drydock db update"`. Where the program was started by another name, that is the one
 * which works.
 */
export function nameProgram(message: string, program: string): string {
  return program === 'drydock' ? message : message.replace(/"drydock (?=[a-z-])/g, () => `"${program} `);
}
