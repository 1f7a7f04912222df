import { csafFeed } from '../../feeds/csaf.ts';
import type { Feed } from '../../model/feed.ts';
import { readRedHatVex } from './vex.ts';

const NAME = 'redhat-vex';

/** Red Hat's word on every CVE: fixed, affected, not affected, under investigation, and what will not be fixed. */
export const redhatVex: Feed = csafFeed({
  name: NAME,
  version: 1,
  title: 'Red Hat security data (CSAF VEX)',
  url: 'https://security.access.redhat.com/data/csaf/v2/vex',
  mirrorPath: 'redhat-vex',
  licence: 'CC BY 4.0',
  folder: 'redhat-vex',
  keyOf: (path) => {
    const number = /(?:^|\/)cve-(\d{4}-\d{4,})\.json$/i.exec(path)?.[1];
    return number === undefined ? undefined : `CVE-${number}`;
  },
  read: (document) => readRedHatVex(document, NAME),
});
