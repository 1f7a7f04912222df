import { FormatError } from '../../errors.ts';
import { xmlItems } from '../xml/items.ts';
import { EXTENSION, OvalDefinitions } from './definitions.ts';
import type { OvalCriteria, OvalDefinition } from './model.ts';
import { OvalTests } from './tests.ts';

/** How far definitions may extend each other. */
const EXTENSIONS = 8;

/**
 * Reads an OVAL 5 document (oval.mitre.org, "OVAL Definitions Schema"): its definitions in their order, with the tests of
 * their criteria. The document is read twice, since tests stand behind the definitions that use them: so that it is held
 * neither whole nor by half, but only its tests. `open` is called for each reading.
 * @throws FormatError if it is no OVAL, damaged or cut
 * @throws LimitError for documents that no publisher has
 */
export async function* readOval(open: () => AsyncIterable<Uint8Array>): AsyncGenerator<OvalDefinition> {
  const tests = new OvalTests();
  for await (const _ of xmlItems<never>(open(), () => tests)) {
    // It tells nothing; it gathers.
  }
  if (tests.definitionLists === 0) throw new FormatError('the OVAL document has no definitions');
  const extended = await extensions(open, tests);
  const links = {
    test: tests.find.bind(tests),
    extended: (reference: string) => extended.get(reference),
  };
  yield* xmlItems<OvalDefinition>(open(), (emit) => new OvalDefinitions(links, emit));
}

/** Criteria of all definitions that others extend, with those that they extend themselves in their place. */
async function extensions(
  open: () => AsyncIterable<Uint8Array>,
  tests: OvalTests,
): Promise<ReadonlyMap<string, OvalCriteria>> {
  let known: ReadonlyMap<string, OvalCriteria> = new Map();
  if (tests.extended.size === 0) return known;
  // Each reading resolves one more step; those in a circle never are, and stay leaves without a test.
  for (let step = 0; step < EXTENSIONS; step++) {
    const before = known;
    const found = new Map<string, OvalCriteria>();
    let unresolved = 0;
    const links = {
      test: tests.find.bind(tests),
      extended: (reference: string) => {
        const criteria = before.get(reference);
        if (criteria === undefined) unresolved++;
        return criteria;
      },
    };
    for await (const { id, criteria } of xmlItems<OvalDefinition>(open(), (emit) => new OvalDefinitions(links, emit))) {
      const wanted = criteria !== undefined && tests.extended.has(id) && unresolved === 0;
      if (wanted && leaves(criteria) <= EXTENSION) found.set(id, criteria);
      unresolved = 0;
    }
    known = found;
    if (found.size === before.size) break;
  }
  return known;
}

function leaves(criteria: OvalCriteria): number {
  if (criteria.kind === 'test') return 1;
  let count = 1;
  for (const part of criteria.parts) count += leaves(part);
  return count;
}
