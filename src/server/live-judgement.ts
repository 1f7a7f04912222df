import { KnownEnrichments } from '../match/known-enrichments.ts';
import { advisoryKeys, judgePackages, type MatchedView } from '../match/match.ts';
import { neededAdvisories } from '../match/needed.ts';
import { productNames } from '../match/repositories.ts';
import type { AdvisoryKey, AdvisorySource, AdvisoryStatus } from '../model/advisory.ts';
import type { Ecosystem } from '../model/ecosystem.ts';
import type { EnrichmentHit } from '../model/enrichment.ts';
import type { Finding } from '../model/finding.ts';
import type { LayerInfo } from '../model/image.ts';
import type { Problem } from '../model/problem.ts';
import type { Report } from '../model/report.ts';
import { buildReport } from '../report/build-report.ts';
import { markInUse } from '../runtime/products/mark-in-use.ts';
import type { AdvisoryAnswer } from '../store/advisory-shelf.ts';
import type { Store } from '../store/store.ts';
import { readUpdaterState } from './updater-state.ts';

/** What the advisories of the store say of packages, at this moment. */
export interface Judgement {
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
  readonly advisories: AdvisoryStatus;
}

export interface JudgementOptions {
  readonly store: Pick<Store, 'advisories' | 'values'>;
  readonly ecosystems: readonly Ecosystem[];
  readonly now: Date;
  /** Judges what lockfiles and manifests name, too. */
  readonly lockfiles?: boolean;
}

const noAdvisories: AdvisoryStatus = { feeds: [], starter: false };

/** Older data is still used, but the report says so: as the command line does. */
const STALE = 7 * 24 * 3_600_000;

/** Judges packages as a scan on the command line does, by the advisories of the store and by what users wrote. */
export async function judgeNow(view: MatchedView, options: JudgementOptions): Promise<Judgement> {
  const { store, ecosystems } = options;
  const keys = advisoryKeys(view, ecosystems, options);
  const repositories = productNames(view.packages);
  const [answer, state, products] = await Promise.all([
    store.advisories.lookUp(keys),
    readUpdaterState(store.values),
    store.advisories.enrich(repositories),
  ]);
  const feeds = (state?.feeds ?? []).map(({ name, updatedAt, records, enriches, status, failure }) => ({
    name,
    ...(updatedAt !== undefined && { updatedAt }),
    records,
    ...(enriches === true && { enriches }),
    ...(status === 'failed' && failure !== undefined && { failure: { at: state!.started, message: failure } }),
  }));
  const advisories: AdvisoryStatus = {
    ...(answer.generation > 0 && { generation: answer.generation }),
    feeds,
    starter: false,
  };
  const source = { ...sourceOf(keys, answer, advisories), ...enriching(repositories, products) };
  const judged = judgePackages(view, ecosystems, source, options);
  const names = [...judged.names];
  const known = new KnownEnrichments(enriching(names, await store.advisories.enrich(names)), names);
  const { findings, problems } = judged.conclude(known);
  if (answer.generation === 0) {
    const message = 'The service has no advisories yet, so only what users wrote was judged.';
    const others = problems.filter(({ code }) => code !== 'advisories.namespace-missing');
    // Feeds that were never read are none that the report is from.
    return { findings, problems: [{ code: 'advisories.missing', message }, ...others], advisories: noAdvisories };
  }
  const unkept = new Set(state?.feeds.filter(({ status }) => status === 'unkept').map(({ name }) => name));
  const asked = new Set(answer.hits.flatMap((hits) => hits.map(({ feed }) => feed)));
  return {
    findings,
    problems: [...problems, ...removals(answer), ...staleness(view, options, { advisories, unkept, asked })],
    advisories,
  };
}

/** The report of a stored image: what a scan of it would report now. */
export async function liveReport(document: Report, options: JudgementOptions): Promise<Report> {
  const { image } = document;
  const { distribution } = image;
  const view = {
    image: { ...image, layers: layersOf(document) },
    ...(distribution !== undefined && { distribution }),
    packages: document.packages,
    problems: document.problems,
  };
  const { findings, problems, advisories } = await judgeNow(view, options);
  const { feeds, ...status } = advisories;
  const { observation } = document;
  return buildReport({
    view,
    // What was found when the image was read is marked already, where it ran.
    findings: [...document.findings, ...(observation === undefined ? findings : markInUse(findings, observation))],
    ...(observation !== undefined && { observation }),
    problems,
    // Whether the last update of a feed failed is no matter of an image.
    advisories: { ...status, feeds: feeds.map(({ failure: _, ...feed }) => feed) },
    coverage: document.coverage,
    depth: document.depth,
    toolVersion: document.tool.version,
    createdAt: new Date(document.createdAt),
    rules: document.rules,
    hosts: document.hosts,
  });
}

/** Layers with the place of their instruction in the history, which a report keeps there. */
function layersOf({ image: { layers, history } }: Report): readonly LayerInfo[] {
  const places = new Map<number, number>();
  for (const { index, layerIndex } of history) if (layerIndex !== undefined) places.set(layerIndex, index);
  return layers.map((layer) => {
    const historyIndex = places.get(layer.index);
    return { ...layer, ...(historyIndex !== undefined && { historyIndex }) };
  });
}

function sourceOf(keys: readonly AdvisoryKey[], answer: AdvisoryAnswer, status: AdvisoryStatus): AdvisorySource {
  const text = ({ namespace, package: name }: AdvisoryKey): string => `${namespace}\0${name}`;
  const places = new Map(keys.map((key, place) => [text(key), place]));
  return {
    lookUp: (asked) => asked.map((key) => answer.hits[places.get(text(key)) ?? -1] ?? []),
    byId: () => [],
    hasNamespace: (namespace) => answer.namespaces.has(namespace),
    status: () => status,
  };
}

/** Answers that were asked for before. */
function enriching(
  names: readonly string[],
  answers: readonly (readonly EnrichmentHit[])[],
): Required<Pick<AdvisorySource, 'enrich'>> {
  const known = new Map(names.map((name, index) => [name, answers[index] ?? []]));
  return { enrich: (asked) => asked.map((name) => known.get(name) ?? []) };
}

/** So many are named. */
const MOST_REMOVED = 10;

/** Through the API of Clair v1 a feed's vulnerability can be removed, for good and in all images: that is not to go unseen. */
function removals({ removed }: AdvisoryAnswer): Problem[] {
  if (removed.size === 0) return [];
  const names = [...removed].toSorted();
  const others = names.length > MOST_REMOVED ? ` and ${names.length - MOST_REMOVED} more` : '';
  const message = `Somebody removed vulnerabilities from the service that feeds name packages of the image with: ${names.slice(0, MOST_REMOVED).join(', ')}${others}.`;
  return [{ code: 'advisories.removed', message }];
}

interface UsedFeeds {
  readonly advisories: AdvisoryStatus;
  /** Those that nobody brings up to date any more. */
  readonly unkept: ReadonlySet<string>;
  /** Those that say anything of the packages. */
  readonly asked: ReadonlySet<string>;
}

function staleness(view: MatchedView, options: JudgementOptions, { advisories, unkept, asked }: UsedFeeds): Problem[] {
  const { ecosystems, now } = options;
  const needed = neededAdvisories(view, ecosystems, options).feeds;
  const titles = new Map(ecosystems.flatMap(({ feeds }) => feeds).map(({ name, title }) => [name, title]));
  const names = new Set([...needed.map(({ name }) => name), ...asked]);
  return advisories.feeds.flatMap(({ name, updatedAt, enriches = false }): Problem[] => {
    // What vulnerabilities are worth is a matter of all findings.
    if (!names.has(name) && !(enriches && unkept.has(name) && asked.size > 0)) return [];
    const title = titles.get(name) ?? name;
    const read =
      updatedAt === undefined ? 'nobody knows when it was last read' : `it was last read on ${updatedAt.slice(0, 10)}`;
    if (unkept.has(name)) {
      const message = `${title} is still used, but the service does not bring it up to date any more: ${read}.`;
      return [{ code: enriches ? 'advisories.stale' : 'advisories.unkept', message }];
    }
    if (updatedAt === undefined || now.getTime() - Date.parse(updatedAt) <= STALE) return [];
    return [{ code: 'advisories.stale', message: `${title} was last read on ${updatedAt.slice(0, 10)}.` }];
  });
}
