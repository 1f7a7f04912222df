import { type OvalDocument, ovalFeed } from '../../feeds/oval.ts';
import type { Feed } from '../../model/feed.ts';
import { readRedHatOval } from './oval.ts';

const NAME = 'redhat-oval';

/** Releases that have a document of everything, fixed or not. */
const releases = ['5', '6', '7', '8', '9'];

function documentOf(path: string): OvalDocument {
  const release = /^RHEL(\d{1,2})\//.exec(path)?.[1];
  return {
    path,
    prefix: `${path.replace(/\.(?:oval\.)?xml(?:\.bz2)?$/, '')}/`,
    required: false,
    concerns: (namespace) => release === undefined || namespace === `rhel:${release}`,
  };
}

/** Documents about the release itself: the rest is about products of which the name tells nothing. */
const aboutRelease =
  /^(?:RHEL\d{1,2}\/rhel-\d{1,2}(?:-including-unpatched|-extras|-supplementary|\.oval|$|\/)|com\.redhat\.rhsa-)/;

/**
 * Red Hat's OVAL, which is no longer written: for archives of it, and as a second opinion. Documents of the second
 * edition are one a product stream, those of the first one a release.
 */
export const redhatOval: Feed = ovalFeed({
  name: NAME,
  version: 1,
  title: 'Red Hat security data (OVAL, no longer written)',
  url: 'https://security.access.redhat.com/data/oval/v2',
  mirrorPath: 'redhat-oval',
  licence: 'CC BY 4.0',
  folder: 'redhat-oval',
  insteadOf: 'redhat-vex',
  documents: () =>
    releases.map((release) => documentOf(`RHEL${release}/rhel-${release}-including-unpatched.oval.xml.bz2`)),
  documentAt: (path) =>
    /^(?:RHEL\d{1,2}\/[\w.-]+\.oval\.xml|com\.redhat\.rhsa-[\w.-]+\.xml)(?:\.bz2)?$/.test(path)
      ? documentOf(path)
      : undefined,
  recordOf: (definition, { prefix }) =>
    readRedHatOval(definition, prefix, aboutRelease.test(prefix.slice(0, -1)), NAME),
});
