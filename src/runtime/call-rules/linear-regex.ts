import { parseRegex, type RegexNode } from './regex-syntax.ts';

/** States of one expression, counted repetitions among them: `a{1000}` has a thousand. */
const MOST_STATES = 5000;

/** One step of the automaton. */
type State =
  | { readonly kind: 'character'; readonly test: (code: number) => boolean; next: number }
  | { readonly kind: 'split'; next: number; other: number }
  | { readonly kind: 'assert'; readonly test: (before: number, after: number) => boolean; next: number }
  | { readonly kind: 'done' };

export interface RegexOptions {
  readonly insensitive?: boolean;
  /** `^` and `$` also stand at line ends. */
  readonly multiline?: boolean;
  /** `.` is also a line end. */
  readonly dotAll?: boolean;
  /** The whole text, not a part of it. */
  readonly whole?: boolean;
}

/**
 * Compiles a regular expression that is matched in a time of text times expression, whatever both are (Thompson's
 * construction): rules of others meet texts of others. Without back references and lookaround, which cannot be had so.
 * @throws ConditionError for an expression that is none, has what is not supported, or is too large
 */
export function compileRegex(pattern: string, options: RegexOptions = {}): (text: string) => boolean {
  const states: State[] = [];
  const begin = build(parseRegex(pattern, options, MOST_STATES), states, add(states, { kind: 'done' }));
  return (text) => run(states, begin, text, options.whole === true);
}

function add(states: State[], state: State): number {
  states.push(state);
  return states.length - 1;
}

/** Builds backwards: what comes after is known. */
function build(node: RegexNode, states: State[], next: number): number {
  switch (node.kind) {
    case 'character':
      return add(states, { kind: 'character', test: node.test, next });
    case 'assert':
      return add(states, { kind: 'assert', test: node.test, next });
    case 'sequence':
      return node.parts.reduceRight((after, part) => build(part, states, after), next);
    case 'either':
      return node.parts
        .map((part) => build(part, states, next))
        .reduceRight((other, one) => add(states, { kind: 'split', next: one, other }));
    case 'repeat': {
      let after = next;
      if (node.most === undefined) {
        const loop = add(states, { kind: 'split', next: -1, other: next });
        (states[loop] as Extract<State, { kind: 'split' }>).next = build(node.part, states, loop);
        after = loop;
      } else {
        for (let count = node.least; count < node.most; count++) {
          after = add(states, { kind: 'split', next: build(node.part, states, after), other: next });
        }
      }
      for (let count = 0; count < node.least; count++) after = build(node.part, states, after);
      return after;
    }
  }
}

function run(states: readonly State[], begin: number, text: string, whole: boolean): boolean {
  let now: number[] = [];
  const marked = new Uint32Array(states.length);
  let round = 0;
  let done = false;
  const reach = (from: number, before: number, after: number, into: number[]): void => {
    const open = [from];
    while (open.length > 0) {
      const at = open.pop()!;
      if (marked[at] === round) continue;
      marked[at] = round;
      const state = states[at]!;
      if (state.kind === 'done') done = true;
      else if (state.kind === 'split') open.push(state.other, state.next);
      else if (state.kind === 'assert') {
        if (state.test(before, after)) open.push(state.next);
      } else into.push(at);
    }
  };
  for (let at = 0, before = -1; ; ) {
    const code = at < text.length ? text.codePointAt(at)! : -1;
    // States that wait at this place were reached with the character before it; assertions need both sides.
    round++;
    done = false;
    const here: number[] = [];
    for (const state of now) reach(state, before, code, here);
    if (at === 0 || !whole) reach(begin, before, code, here);
    if (done && (!whole || code < 0)) return true;
    if (code < 0) return false;
    now = [];
    for (const waiting of here) {
      const state = states[waiting]!;
      if (state.kind === 'character' && state.test(code)) now.push(state.next);
    }
    if (now.length === 0 && whole) return false;
    before = code;
    at += code > 0xffff ? 2 : 1;
  }
}
