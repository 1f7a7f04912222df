import type { Migration } from './migration.ts';

/** Images whose source, or whose credentials for it, one process alone has: no other one goes on with them. */
export const ownSources: Migration = {
  title: 'Images that one process alone can scan',
  statements: ({ define: { small } }) => [`ALTER TABLE image ADD COLUMN own_source ${small} NOT NULL DEFAULT 0`],
};
