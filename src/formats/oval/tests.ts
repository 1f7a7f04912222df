import type { XmlHandler } from '../xml/parser.ts';
import { Elements } from './elements.ts';
import { OvalIds } from './ids.ts';
import type { OvalCondition, OvalTest } from './model.ts';

const kinds = /^[a-z0-9_]+_(test|object|state)$/;

/** Properties of one state, and states of one test. */
const FEW = 64;

/** What most tests are. */
const usual = { check: 'at least one', existence: 'at_least_one_exists', anyState: false } as const;

/** A test without an object. */
const NONE = -1;

/**
 * Tests, objects and states of a document, and which definitions extend others. They stand behind the definitions, and
 * refer to each other in any order.
 */
export class OvalTests implements XmlHandler {
  /** Ids of the definitions that others extend. */
  readonly extended = new Set<string>();
  /** Sections of that name in the document. */
  definitionLists = 0;
  readonly #elements = new Elements();
  readonly #tests = new OvalIds();
  readonly #objects = new OvalIds();
  readonly #states = new OvalIds();
  readonly #testKinds: string[] = [];
  readonly #testObjects: number[] = [];
  readonly #testStates: (number | readonly number[])[] = [];
  readonly #odd = new Map<number, Pick<OvalTest, 'check' | 'existence' | 'anyState'>>();
  readonly #objectsMet = new Set<number>();
  readonly #objectNames: (string | undefined)[] = [];
  readonly #stateConditions: (readonly OvalCondition[] | undefined)[] = [];
  readonly #kindNames = new Map<string, string>();
  /** The test, object or state that is open, and which of them it is. */
  #current = -1;
  #section: string = '';
  #conditions: OvalCondition[] = [];
  #operation = '';

  /** The test of an id, with what it refers to. */
  find(id: string, comment: string): OvalTest | undefined {
    const number = this.#tests.find(id);
    const kind = number === undefined ? undefined : this.#testKinds[number];
    if (number === undefined || kind === undefined) return undefined;
    const states = this.#testStates[number] ?? [];
    const list = typeof states === 'number' ? [states] : states;
    const conditions = list.map((state) => this.#stateConditions[state]);
    // What is not there could ask for anything.
    if (conditions.includes(undefined)) return undefined;
    const object = this.#testObjects[number] ?? NONE;
    if (object !== NONE && !this.#objectsMet.has(object)) return undefined;
    const name = this.#objectNames[object];
    return {
      kind,
      comment,
      ...(this.#odd.get(number) ?? usual),
      ...(name !== undefined && { name }),
      conditions: conditions.length === 1 ? (conditions[0] ?? []) : conditions.flatMap((each) => each ?? []),
    };
  }

  open(name: string, attributes: ReadonlyMap<string, string>): void {
    const path = this.#elements;
    path.open(name);
    if (path.depth === 2 && name === 'definitions') this.definitionLists++;
    if (path.section === 'definitions') {
      if (name === 'extend_definition') this.extended.add(attributes.get('definition_ref') ?? '');
      return;
    }
    if (path.depth === 3) this.#begin(name, attributes);
    else if (path.depth === 4 && this.#current >= 0) this.#part(name, attributes);
  }

  text(text: string): void {
    if (this.#elements.depth === 4 && this.#current >= 0) this.#elements.text(text);
  }

  close(name: string): void {
    const path = this.#elements;
    if (path.depth === 4 && this.#current >= 0) this.#value(name);
    else if (path.depth === 3) {
      if (this.#section === 'state' && this.#current >= 0) this.#stateConditions[this.#current] = this.#conditions;
      this.#current = -1;
    }
    path.close();
  }

  #begin(name: string, attributes: ReadonlyMap<string, string>): void {
    const id = attributes.get('id');
    const kind = kinds.exec(name)?.[1];
    if (id === undefined || kind === undefined) return;
    this.#section = kind;
    if (kind === 'test') {
      const number = this.#tests.number(id);
      this.#current = number;
      this.#testKinds[number] = this.#kindName(name);
      this.#testObjects[number] = NONE;
      this.#testStates[number] = [];
      const check = attributes.get('check') ?? usual.check;
      const existence = attributes.get('check_existence') ?? usual.existence;
      const anyState = attributes.get('state_operator') === 'OR';
      if (anyState || existence !== usual.existence || check !== usual.check) {
        this.#odd.set(number, { check, existence, anyState });
      }
    } else {
      this.#current = (kind === 'object' ? this.#objects : this.#states).number(id);
      if (kind === 'object') this.#objectsMet.add(this.#current);
      this.#conditions = [];
    }
  }

  #part(name: string, attributes: ReadonlyMap<string, string>): void {
    if (this.#section === 'state') this.#operation = attributes.get('operation') ?? 'equals';
    if (this.#section !== 'test') return;
    const reference = attributes.get(`${name}_ref`);
    if (reference === undefined) return;
    if (name === 'object') this.#testObjects[this.#current] = this.#objects.number(reference);
    if (name !== 'state') return;
    const state = this.#states.number(reference);
    const before = this.#testStates[this.#current];
    const list = typeof before === 'number' ? [before] : (before ?? []);
    if (list.length < FEW) this.#testStates[this.#current] = list.length === 0 ? state : [...list, state];
  }

  #value(name: string): void {
    const value = this.#elements.taken();
    if (this.#section === 'object' && name === 'name') this.#objectNames[this.#current] = value;
    else if (this.#section === 'state' && this.#conditions.length < FEW) {
      this.#conditions.push({ property: name, operation: this.#operation, value });
    }
  }

  #kindName(name: string): string {
    const known = this.#kindNames.get(name);
    if (known === undefined) this.#kindNames.set(name, name);
    return known ?? name;
  }
}
