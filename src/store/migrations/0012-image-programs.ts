import { readableDocument } from './0011-fleet.ts';
import type { Migration } from './migration.ts';

/**
 * What finds the image of a container and what it has in use: the digest of the configuration, which engines call the id of an
 * image, and which packages programs and libraries belong to. Of images that were read before, the digest stands in the report;
 * of their programs nobody told.
 */
export const imagePrograms: Migration = {
  title: 'Images by what engines call them',
  statements({ name, define: { text, bytes } }) {
    return [
      `ALTER TABLE image ADD COLUMN configuration ${text}`,
      `ALTER TABLE image ADD COLUMN programs ${bytes}`,
      // They are compressed already.
      ...(name === 'postgres' ? ['ALTER TABLE image ALTER COLUMN programs SET STORAGE EXTERNAL'] : []),
      'CREATE INDEX image_configuration ON image (configuration, id) WHERE configuration IS NOT NULL',
    ];
  },
  fills: [
    {
      ...{ what: 'images', table: 'image', rows: 2 },
      statements: ({ name }) => [
        `UPDATE image SET configuration = ${
          name === 'sqlite' ? "document ->> '$.image.id'" : `${readableDocument} -> 'image' ->> 'id'`
        } WHERE id > $1 AND id <= $2 AND state = 2 AND document IS NOT NULL`,
      ],
    },
  ],
};
