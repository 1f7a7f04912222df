import type { ReactNode } from 'react';
import { stateWords } from '../../../../src/report/state-words.ts';
import { percentWords } from '../../../../src/report/words.ts';
import type { Finding } from '../../api/schema.ts';
import { Badge } from '../../ui/badge.tsx';
import { Copy } from '../../ui/copy.tsx';
import { ImageText } from '../../ui/image-text.tsx';
import { Part } from './part.tsx';

const confidenceWords: Readonly<Record<Finding['confidence'], string>> = {
  certain: 'certain: a fact that was read, or the publisher’s own data on what is installed',
  high: 'high: a language package, or one that was recovered although its database is gone',
  medium: 'medium: a rule that may be wrong, as its documentation says',
  low: 'low: a weak sign, or a package that a file only names',
};

/** How it was decided, as far as the report has it: what was compared, who says so, and who rated it. */
export function Decision({ finding }: { readonly finding: Finding }): ReactNode {
  const { evidence, source, confidence, state, score, vex, severity, id, kind } = finding;
  return (
    <Part title="How it was decided">
      <div className="with-copy">
        <ImageText className="evidence grow" text={evidence} lines />
        <Copy text={evidence} label="Copy the evidence" />
      </div>
      <dl className="facts">
        <dt>says</dt>
        <dd>
          <ImageText text={source.name} />
          {state !== undefined && `: ${stateWords[state]}`}
        </dd>
        <dt>confidence</dt>
        <dd>{confidenceWords[confidence]}</dd>
        {score?.severitySource !== undefined && (
          <>
            <dt>severity</dt>
            <dd>
              {severity}, as <ImageText text={score.severitySource} /> says
            </dd>
          </>
        )}
        {score?.epss !== undefined && (
          <>
            <dt>EPSS</dt>
            <dd>
              {percentWords(score.epss)} within 30 days
              {score.epssPercentile !== undefined &&
                `; ${percentWords(score.epssPercentile)} of all vulnerabilities have less`}
            </dd>
          </>
        )}
        {score?.kev !== undefined && (
          <>
            <dt>exploitation</dt>
            <dd>{score.kev ? 'known (CISA KEV)' : 'none known (CISA KEV)'}</dd>
          </>
        )}
        {score?.cwes !== undefined && score.cwes.length > 0 && (
          <>
            <dt>weakness</dt>
            <dd>
              <ImageText text={score.cwes.join(', ')} />
            </dd>
          </>
        )}
        {vex !== undefined && (
          <>
            <dt>statement</dt>
            <dd>
              {vex.status.replaceAll('_', ' ')}, says <ImageText mono text={vex.by} />
              {vex.statement !== undefined && (
                <>
                  {': '}
                  <ImageText text={vex.statement} lines />
                </>
              )}
            </dd>
          </>
        )}
      </dl>
      {score !== undefined && score.cvss.length > 0 && <Scores score={score} />}
      {kind === 'vulnerability' && (
        <p className="soft">
          Every step of it: <code>drydock explain {id.replaceAll(/[^\w.:-]/g, '')} IMAGE</code>
        </p>
      )}
    </Part>
  );
}

/** Everybody who rated it; the first one counts. */
function Scores({ score }: { readonly score: NonNullable<Finding['score']> }): ReactNode {
  return (
    <div className="table-scroll">
      <table className="data-table scores">
        <caption className="unseen">CVSS by source; the first counts</caption>
        <thead>
          <tr>
            <th scope="col">Source</th>
            <th scope="col">CVSS</th>
            <th scope="col" className="number">
              Score
            </th>
            <th scope="col">Vector</th>
          </tr>
        </thead>
        <tbody>
          {score.cvss.slice(0, 20).map((one, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes, and sources may come twice
            <tr key={place}>
              <td>
                <ImageText text={one.source} /> {place === 0 && <Badge tone="accent">counts</Badge>}
              </td>
              <td>
                <ImageText text={one.version} />
              </td>
              <td className="number">{one.score?.toFixed(1) ?? '–'}</td>
              <td>
                <ImageText mono className="soft" text={one.vector} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
