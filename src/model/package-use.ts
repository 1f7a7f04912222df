/** The heaviest first: what listens was executed, what was executed was loaded. */
export const packageUses = ['listening', 'executed', 'loaded', 'opened'] as const;

/** What a run did with a package. */
export type PackageUse = (typeof packageUses)[number];
