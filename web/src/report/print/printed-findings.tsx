import type { ReactNode } from 'react';
import type { Finding, Report } from '../../api/schema.ts';
import { ImageText } from '../../ui/image-text.tsx';
import { SeverityBadge } from '../../ui/severity.tsx';
import { useAddressState } from '../address-state.ts';
import { useFindings } from '../findings/use-findings.ts';
import { kindWord, useWords } from '../words.ts';
import { MOST_PRINTED } from './use-printed.ts';

/** The findings on paper, in the order and as narrowed as they are on the screen. */
export function PrintedFindings({ report }: { readonly report: Report }): ReactNode {
  const [text] = useAddressState('q');
  const { rows, index } = useFindings(report.findings, text);
  const shown = [...rows.subarray(0, MOST_PRINTED)];
  const all = index.findings.length;
  return (
    <section>
      <h2>Findings</h2>
      <p>
        {rows.length.toLocaleString('en')} of {all.toLocaleString('en')} findings
        {rows.length < all && ', as they were narrowed on the screen'}
        {rows.length > shown.length &&
          `; the first ${shown.length.toLocaleString('en')} of them are printed, the others are on the screen and in the JSON report`}
        .
      </p>
      <table className="data-table printed-findings">
        <thead>
          <tr>
            <th scope="col">Severity</th>
            <th scope="col">Finding</th>
            <th scope="col">Where</th>
            <th scope="col">What to do</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <PrintedRow key={row} finding={index.findings[row]!} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function PrintedRow({ finding }: { readonly finding: Finding }): ReactNode {
  const { severity, id, title, kind, package: pkg, location, layer, fixedVersion, remediation, score, use } = finding;
  const { suppressed } = finding;
  const marks = [
    score?.kev === true ? 'known to be exploited' : '',
    use === undefined || use === 'not-seen' ? '' : useWords[use],
    suppressed === undefined ? '' : `accepted by ${suppressed.by}`,
  ].filter((mark) => mark !== '');
  return (
    <tr>
      <td>
        <SeverityBadge severity={severity} />
      </td>
      <td>
        <ImageText className="strong" text={id.slice(0, 200)} />{' '}
        {title !== id && <ImageText text={title.slice(0, 300)} />}
        {marks.length > 0 && <ImageText text={` (${marks.join(', ').slice(0, 300)})`} />}
      </td>
      <td>
        <ImageText
          text={
            pkg === undefined
              ? (location?.path ?? kindWord[kind]).slice(0, 300)
              : `${pkg.name} ${pkg.version}`.slice(0, 300)
          }
        />
        {layer !== undefined && `, layer ${layer.index}`}
      </td>
      <td>
        <ImageText text={(fixedVersion === undefined ? remediation : `fixed in ${fixedVersion}`)?.slice(0, 300)} />
      </td>
    </tr>
  );
}
