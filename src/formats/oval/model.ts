/** What a state asks of one property: `evr` `less than` `0:1.2-3`. Values are kept as they stand there. */
export interface OvalCondition {
  /** Name of the element: `evr`, `version`, `arch`, `signature_keyid`, ... */
  readonly property: string;
  /** `equals` where nothing is said (OVAL 5, "Entity State"). */
  readonly operation: string;
  readonly value: string;
}

/** A test with the object and the states that it refers to. */
export interface OvalTest {
  /** Name of its element: `rpminfo_test`, `textfilecontent54_test`, `uname_test`. */
  readonly kind: string;
  readonly comment: string;
  /** How many of the things found have to be so: `at least one`, `all`, `only one`, `none satisfy`. */
  readonly check: string;
  /** `none_exist` asks that there is no such thing. */
  readonly existence: string;
  /** `name` of the object: the package, for rpminfo. */
  readonly name?: string;
  /** Of all states; all of them have to hold, unless `anyState`. */
  readonly conditions: readonly OvalCondition[];
  readonly anyState: boolean;
}

/** A leaf of the criteria. */
export interface OvalLeaf {
  readonly kind: 'test';
  /** It is asked for not to be so; also by the test itself: `none satisfy`, `none_exist`. */
  readonly negate: boolean;
  readonly comment: string;
  /** Absent: the document does not have the test. */
  readonly test?: OvalTest;
}

export interface OvalBranch {
  readonly kind: 'and' | 'or';
  readonly negate: boolean;
  readonly parts: readonly OvalCriteria[];
}

/** Criteria of a definition: a tree, because flattening it would match across releases. */
export type OvalCriteria = OvalLeaf | OvalBranch;

export interface OvalReference {
  readonly source: string;
  readonly id: string;
  readonly url?: string;
}

/** A CVE that an advisory names. `cvss*` are `score/vector`. */
export interface OvalCve {
  readonly id: string;
  readonly url?: string;
  readonly impact?: string;
  readonly cvss: readonly string[];
}

export interface OvalDefinition {
  readonly id: string;
  /** `vulnerability`, `patch`, `inventory`, ... */
  readonly class: string;
  readonly title: string;
  readonly description: string;
  readonly platforms: readonly string[];
  readonly references: readonly OvalReference[];
  readonly severity?: string;
  /** As it stands there: mostly a day. */
  readonly issued?: string;
  readonly updated?: string;
  readonly cves: readonly OvalCve[];
  /** Publishers' own elements in the metadata, by local name: `patchable`, `advisory_id`. */
  readonly fields: ReadonlyMap<string, string>;
  readonly criteria?: OvalCriteria;
}
