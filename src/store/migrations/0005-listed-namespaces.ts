import type { Migration } from './migration.ts';

/** Namespaces that images alone have are none of the v1 API, which lists those of layers and vulnerabilities. */
export const listedNamespaces: Migration = {
  title: 'Namespaces that are listed',
  statements({ define: { small } }) {
    return [
      `ALTER TABLE namespace ADD COLUMN listed ${small} NOT NULL DEFAULT 1`,
      `UPDATE namespace SET listed = 0
      WHERE NOT EXISTS (SELECT 1 FROM layer l WHERE l.namespace_id = namespace.id)
        AND NOT EXISTS (SELECT 1 FROM vulnerability v WHERE v.namespace_id = namespace.id)
        AND NOT EXISTS (SELECT 1 FROM advisory_entry e WHERE e.namespace_id = namespace.id)
        AND NOT EXISTS (
          SELECT 1 FROM package_version p JOIN layer_package d ON d.package_version_id = p.id
          WHERE p.namespace_id = namespace.id
        )`,
    ];
  },
};
