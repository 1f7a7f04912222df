import { list, object } from './own-schemas.ts';

/** Grype's document 1.0.0 (anchore/grype, schema/grype/document/json), narrower: no other members. */
function grypeDocument(): object {
  const text = { type: 'string', minLength: 1 };
  const moment = { type: 'string', format: 'date-time' };
  const word = { type: 'string' };
  const cvss = object({
    source: word,
    type: { enum: ['Primary', 'Secondary'] },
    version: word,
    vector: word,
    metrics: object({ baseScore: { type: 'number', minimum: 0, maximum: 10 } }),
    vendorMetadata: { type: 'object' },
  });
  const told = { id: word, dataSource: word, urls: list({ type: 'string', format: 'uri' }) };
  const share = { type: 'number', minimum: 0, maximum: 1 };
  const vulnerability = object(
    {
      ...told,
      namespace: word,
      severity: { enum: ['Critical', 'High', 'Medium', 'Low', 'Negligible', 'Unknown'] },
      description: word,
      cvss: list(cvss),
      fix: object({ versions: list(word), state: { enum: ['fixed', 'not-fixed', 'wont-fix', 'unknown'] } }),
      advisories: list(object({ id: word, link: word })),
      risk: { type: 'number', minimum: 0, maximum: 100 },
    },
    {
      knownExploited: list(object({ cve: word, knownRansomwareCampaignUse: { enum: ['Known', 'Unknown'] } }), 1),
      epss: list(object({ cve: word, epss: share, percentile: share, date: { type: 'string', format: 'date' } }), 1),
      cwes: list(object({ cve: word, cwe: word }), 1),
    },
  );
  const path = { type: 'string', pattern: '^/' };
  const artifact = object({
    id: word,
    name: word,
    version: word,
    type: text,
    locations: list(object({ path, accessPath: path }, { layerID: text })),
    language: word,
    licenses: list(word),
    cpes: list(word),
    purl: word,
    upstreams: list(object({ name: word, version: word })),
  });
  const match = {
    vulnerability,
    relatedVulnerabilities: list(object({ ...told, cvss: list(cvss) })),
    matchDetails: list(
      object(
        {
          type: { enum: ['exact-direct-match', 'exact-indirect-match'] },
          matcher: text,
          searchedBy: { type: 'object' },
          found: { type: 'object' },
        },
        { fix: object({ suggestedVersion: word }) },
      ),
      1,
    ),
    artifact,
  };
  const rule = object(
    { vulnerability: word, reason: word, namespace: word },
    { 'vex-status': text, 'vex-justification': text },
  );
  return object(
    {
      matches: list(object(match)),
      source: object({ type: { const: 'image' }, target: { type: 'object' } }),
      distro: object({ name: word, version: word, idLike: list(word) }),
      descriptor: object({ name: text, version: text, timestamp: moment }),
    },
    { ignoredMatches: list(object({ ...match, appliedIgnoreRules: list(rule, 1) }), 1) },
  );
}

export const grypeSchema: object = grypeDocument();
