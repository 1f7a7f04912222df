import type { Migration } from './migration.ts';

/** How many scans of an image were begun and came to no end, because their processes did. */
export const begunScans: Migration = {
  title: 'Scans that were begun',
  statements({ define: { integer } }) {
    return [`ALTER TABLE image ADD COLUMN begun ${integer} NOT NULL DEFAULT 0`];
  },
};
