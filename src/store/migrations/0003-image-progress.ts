import type { Migration } from './migration.ts';

/** Where the scan of an image is. A table of its own: it is written often, and rows of images are wide. */
export const imageProgress: Migration = {
  title: 'Progress of scans',
  statements({ define: { integer, text, pairs } }) {
    return [
      `CREATE TABLE image_progress (
        image_id ${integer} PRIMARY KEY REFERENCES image (id) ON DELETE CASCADE, sequence ${integer} NOT NULL,
        step ${text} NOT NULL, done ${integer}, total ${integer}, unit ${text}
      ) ${pairs}`,
    ];
  },
};
