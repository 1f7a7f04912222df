import type { ReactNode } from 'react';
import { countWords } from '../../../src/report/words.ts';
import type { Report } from '../api/schema.ts';
import { ImageText } from '../ui/image-text.tsx';
import { Panel } from '../ui/panel.tsx';
import { FactList } from './fact-list.tsx';
import { MoreRows } from './more-rows.tsx';
import { dayOf, momentOf } from './words.ts';

/** What the image was judged by: advisories, rules, policy, statements; and who was asked over the network. */
export function SourcesTab({ report }: { readonly report: Report }): ReactNode {
  const { advisories, rules, policy, vex = [], hosts, tool, createdAt, asOf, baseline } = report;
  return (
    <div className="run">
      <div className="columns">
        <Panel title="The scan">
          <FactList
            facts={[
              ['by', `${tool.name} ${tool.version}`],
              ['at', momentOf(createdAt)],
              ['judged as of', asOf === undefined ? undefined : momentOf(asOf)],
              ['hosts asked', hosts.length === 0 ? 'none' : hosts.slice(0, 100).join(', ')],
              ['media type', report.image.mediaType],
              ['base image', report.image.base?.reason],
            ]}
          />
        </Panel>
        {(policy !== undefined || baseline !== undefined) && (
          <Panel title="Held against">
            <FactList
              facts={[
                ['policy', policy?.file],
                ['its digest', policy?.digest],
                [
                  'its entries',
                  policy === undefined
                    ? undefined
                    : `${policy.entries.toLocaleString('en')}, ${policy.expired.toLocaleString('en')} expired; ${countWords(policy.accepted, 'finding')} accepted`,
                ],
                [
                  'baseline',
                  baseline === undefined
                    ? undefined
                    : `${baseline.reference} of ${dayOf(baseline.createdAt)}: ${baseline.new} new, ${baseline.graver} graver, ${baseline.known} known, ${baseline.gone} gone`,
                ],
              ]}
            />
          </Panel>
        )}
      </div>
      <Panel
        title="Advisories"
        flush
        aside={
          <span className="soft">
            {advisories.generation !== undefined && `generation ${advisories.generation}`}
            {advisories.builtAt !== undefined && `, built ${momentOf(advisories.builtAt)}`}
          </span>
        }
      >
        <MoreRows
          label="Feeds"
          head={['Feed', 'Records', 'Updated', 'Says']}
          rows={advisories.feeds}
          empty="No advisories were asked."
          cells={({ name, records, updatedAt, enriches }) => [
            <ImageText key="name" text={name} />,
            records.toLocaleString('en'),
            updatedAt === undefined ? '' : momentOf(updatedAt),
            enriches === true ? 'what vulnerabilities are worth' : 'which packages have them',
          ]}
        />
      </Panel>
      {rules.length > 0 && (
        <Panel title="Rules" flush>
          <MoreRows
            label="Rules"
            head={['Set', 'Updated', 'Digest']}
            rows={rules}
            empty=""
            cells={({ name, updatedAt, digest }) => [
              <ImageText key="name" text={name} />,
              updatedAt === undefined ? '' : momentOf(updatedAt),
              <ImageText key="digest" mono className="soft" text={digest} />,
            ]}
          />
        </Panel>
      )}
      {vex.length > 0 && (
        <Panel title="Statements (VEX)" flush>
          <MoreRows
            label="Statements by source"
            head={['Source', 'Format', 'Statements', 'Matched', 'Findings']}
            rows={vex}
            empty=""
            cells={({ source, format, statements, matched, findings }) => [
              <ImageText key="source" mono text={source} />,
              format,
              statements.toLocaleString('en'),
              matched.toLocaleString('en'),
              findings.toLocaleString('en'),
            ]}
          />
        </Panel>
      )}
    </div>
  );
}
