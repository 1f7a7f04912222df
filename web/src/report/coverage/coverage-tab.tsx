import type { CSSProperties, ReactNode } from 'react';
import { countWords, percentWords, sizeWords } from '../../../../src/report/words.ts';
import type { Report } from '../../api/schema.ts';
import { ImageText } from '../../ui/image-text.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Empty } from '../../ui/states.tsx';
import { MoreRows } from '../more-rows.tsx';
import { ledgerShares } from './ledger-shares.ts';

/** Where every file of the image ended: nothing is left out in silence. */
export function CoverageTab({ report }: { readonly report: Report }): ReactNode {
  const { coverage } = report;
  const { ledger, contents = {} } = coverage;
  if (coverage.files === 0) {
    return (
      <Empty title="No files" level={3}>
        <p>No files were looked at: what was scanned has none, as a bill of materials has not.</p>
      </Empty>
    );
  }
  return (
    <div className="run">
      <Ledger report={report} />
      <div className="columns">
        <Paths
          title="Executables that nobody owns"
          paths={coverage.unexplained}
          all={ledger?.unexplained ?? coverage.unexplained.length}
          empty="Every executable is owned by a package, or is one."
        />
        {ledger !== undefined && (
          <Paths
            title="Executables that a later layer changed"
            paths={ledger.modified}
            all={ledger.modified.length}
            empty="No executable of a package was changed by a later layer."
          />
        )}
      </div>
      <Panel title="Contents that were judged" flush>
        <MoreRows
          label="Contents by check"
          head={['Check', 'Judged', 'Bytes', 'Passed over', 'Shut', 'Not judged']}
          rows={Object.entries(contents)}
          empty="No check of contents ran."
          cells={([check, count]) => [
            <ImageText key="check" text={check} />,
            count.judged.toLocaleString('en'),
            sizeWords(count.bytes),
            count.passed.toLocaleString('en'),
            (count.shut ?? 0).toLocaleString('en'),
            count.unjudged === 0 ? '0' : <strong key="unjudged">{count.unjudged.toLocaleString('en')}</strong>,
          ]}
        />
        {coverage.published !== undefined && (
          <p>
            Secrets and webshells were not looked for in {countWords(coverage.published.files, 'file')} (
            {sizeWords(coverage.published.bytes)}) of packages that a registry published: --deep does so.
          </p>
        )}
      </Panel>
    </div>
  );
}

function Ledger({ report: { coverage } }: { readonly report: Report }): ReactNode {
  const { ledger, files, bytes, byClass } = coverage;
  const shares = ledgerShares(coverage);
  const explained = ledger?.executables;
  return (
    <Panel title={`${countWords(files, 'file')}, ${sizeWords(bytes)}`}>
      {ledger === undefined ? (
        <p>
          {byClass.owned.toLocaleString('en')} owned by packages, {byClass.analysed.toLocaleString('en')} read as
          packages, {byClass.unowned.toLocaleString('en')} of nobody.
        </p>
      ) : (
        <div className="stack">
          <div className="ledger-bar" aria-hidden="true">
            {shares.map(({ name, share }) => (
              <span key={name} className={`ledger-${name}`} style={{ '--share': share } as CSSProperties} />
            ))}
          </div>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard */}
          {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is of a form */}
          <div className="table-scroll" role="group" aria-label="Files by how they are explained" tabIndex={0}>
            <table className="data-table ledger-table">
              <caption className="unseen">Files by how they are explained</caption>
              <thead>
                <tr>
                  <th scope="col">Class</th>
                  <th scope="col" className="number">
                    Files
                  </th>
                  <th scope="col" className="number">
                    Bytes
                  </th>
                  <th scope="col" className="number">
                    Share
                  </th>
                  <th scope="col">What it says</th>
                </tr>
              </thead>
              <tbody>
                {shares.map(({ name, files: count, bytes: size, share, meaning }) => (
                  <tr key={name} className={count === 0 ? 'faint' : undefined}>
                    <th scope="row">
                      <span className={`ledger-key ledger-${name}`} aria-hidden="true" /> {name}
                    </th>
                    <td className="number">{count.toLocaleString('en')}</td>
                    <td className="number">{sizeWords(size)}</td>
                    <td className="number">{percentWords(share)}</td>
                    <td>{meaning}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          {explained !== undefined && explained.bytes > 0 && (
            <p>
              {percentWords(Math.floor((explained.explained.bytes / explained.bytes) * 1000) / 1000)} of the bytes of{' '}
              {countWords(explained.files, 'executable')} are accounted for.
            </p>
          )}
        </div>
      )}
    </Panel>
  );
}

function Paths(props: {
  readonly title: string;
  readonly paths: readonly string[];
  readonly all: number;
  readonly empty: string;
}): ReactNode {
  const { title, paths, all, empty } = props;
  return (
    <Panel title={title} flush aside={<span className="soft">{all.toLocaleString('en')}</span>}>
      <MoreRows
        label={title}
        head={['File']}
        rows={paths}
        empty={empty}
        cells={(path) => [<ImageText key="path" mono text={path} />]}
      />
      {all > paths.length && (
        <p className="panel-note soft">The report names the first {paths.length.toLocaleString('en')} of them.</p>
      )}
    </Panel>
  );
}
