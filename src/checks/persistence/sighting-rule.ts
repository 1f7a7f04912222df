import type { RuleDoc } from '../../model/check.ts';
import type { SightingFact } from '../../model/fact.ts';
import type { ImageView } from '../../model/view.ts';
import type { Rule } from '../rule.ts';
import { PERSISTENCE } from './sighting.ts';

interface Options {
  /**
   * Also where a package brought the file as it is: what is grave enough that the word of the image's own database does not
   * settle it. It makes it less sure.
   */
  readonly owned?: boolean;
  /** Also where an upper layer hides the file. */
  readonly hidden?: boolean;
  /** Besides: of the same file, one is enough. */
  readonly once?: boolean;
  /** Not to be told, for a reason that the image as a whole gives. */
  readonly except?: (view: ImageView, fact: SightingFact, layer: number) => boolean;
}

interface Placed {
  readonly layer: number;
  readonly fact: SightingFact;
}

const known: WeakMap<ImageView, ReadonlyMap<string, readonly Placed[]>> = new WeakMap();

/** What analyzers of this check saw, by rule. */
function sightingsOf(view: ImageView, rule: string): readonly Placed[] {
  let byRule = known.get(view);
  if (byRule === undefined) {
    const ours = view.facts('sighting').filter(({ fact }) => fact.check === PERSISTENCE);
    byRule = Map.groupBy(ours, ({ fact }) => fact.rule);
    known.set(view, byRule);
  }
  return byRule.get(rule) ?? [];
}

/** A rule whose sightings an analyzer made. What a package brought as it is, and what is hidden, is not told. */
export function sightingRule(
  doc: RuleDoc,
  { owned = false, hidden = false, once = false, except }: Options = {},
): Rule {
  return {
    doc,
    *judge({ view }) {
      const told = new Set<string>();
      for (const { layer, fact } of sightingsOf(view, doc.id)) {
        const { path, line, detail } = fact;
        if (once && told.has(`${layer} ${path}`)) continue;
        if (!hidden && view.hiddenBy(layer, path) !== undefined) continue;
        const bringer = view.bringerOf(layer, path);
        if (bringer !== undefined && !owned) continue;
        if (except?.(view, fact, layer) === true) continue;
        told.add(`${layer} ${path}`);
        const owner = bringer === undefined ? view.ownerOf(path) : undefined;
        const whose =
          bringer !== undefined
            ? ` The package ${bringer} brought it so.`
            : owner !== undefined
              ? ` It is not as the package ${owner} brought it.`
              : '';
        yield {
          evidence: `/${path} ${detail}.${whose}`,
          layer,
          path,
          ...(line !== undefined && { line }),
          ...(bringer !== undefined && { confidence: 'medium' as const }),
        };
      }
    },
  };
}
