import { type CSSProperties, type ReactNode, useMemo } from 'react';
import { countWords, sizeWords } from '../../../../src/report/words.ts';
import type { Report } from '../../api/schema.ts';
import { Badge } from '../../ui/badge.tsx';
import { Copy } from '../../ui/copy.tsx';
import { ImageText } from '../../ui/image-text.tsx';
import { SeverityCounts } from '../../ui/severity.tsx';
import { Empty } from '../../ui/states.tsx';
import { AddressLink } from '../address-link.tsx';
import { useAddressState } from '../address-state.ts';
import { type LayerBar, layerBars } from './layer-bars.ts';

/** The layers as a waterfall, the base at the top: what each brought, what it wastes, and what is wrong with it. */
export function LayersTab({ report }: { readonly report: Report }): ReactNode {
  const bars = useMemo(() => layerBars(report), [report]);
  const [chosen, choose] = useAddressState('layer');
  if (bars.length === 0) {
    return (
      <Empty title="No layers" level={3}>
        <p>What was scanned has no layers: a bill of materials, or a folder.</p>
      </Empty>
    );
  }
  const wasted = bars.reduce((sum, { hidden }) => sum + hidden.bytes, 0);
  return (
    <div className="layers">
      <p className="soft">
        {countWords(bars.length, 'layer')}, {sizeWords(bars.reduce((sum, { size }) => sum + size, 0))} as stored
        {wasted > 0 &&
          `; ${sizeWords(wasted)} of their files are hidden by upper layers: they are carried along, and nobody sees them`}
        .
      </p>
      <div className="layer-bars">
        <div className="layer layer-line layer-head" aria-hidden="true">
          <span />
          <span>Instruction</span>
          <div className="layer-figures">
            <span>Size</span>
            <span>Hidden</span>
            <span>Packages</span>
            <span>Findings</span>
          </div>
        </div>
        <ol>
          {bars.map((bar) => (
            <OneLayer
              key={bar.index}
              bar={bar}
              isChosen={chosen === String(bar.index)}
              onChoose={(index) => choose(index === undefined ? '' : String(index))}
            />
          ))}
        </ol>
      </div>
    </div>
  );
}

function OneLayer(props: {
  readonly bar: LayerBar;
  readonly isChosen: boolean;
  readonly onChoose: (index: number | undefined) => void;
}): ReactNode {
  const { bar, isChosen, onChoose } = props;
  const { index, instruction, digest, size, start, share, hidden, packages, findings, bySeverity, isBase } = bar;
  return (
    <li className={isChosen ? 'layer chosen' : 'layer'}>
      <div className="layer-line">
        <button
          type="button"
          className="layer-number"
          aria-pressed={isChosen}
          title={isChosen ? 'Show everything again' : 'Show what this layer brought, in findings and packages'}
          onClick={() => onChoose(isChosen ? undefined : index)}
        >
          <span className="unseen">Layer </span>
          {index}
        </button>
        <div className="layer-what">
          <p className="layer-instruction">
            {isBase && <Badge tone="accent">base</Badge>}
            {instruction === undefined || instruction.trim() === '' ? (
              <span className="faint">(no instruction recorded)</span>
            ) : (
              <ImageText mono text={instruction} />
            )}
          </p>
          <div
            className={isBase ? 'layer-track base' : 'layer-track'}
            style={{ '--start': start, '--share': share, '--wasted': wastedShare(bar) } as CSSProperties}
            aria-hidden="true"
          >
            <span />
          </div>
        </div>
        <dl className="layer-figures">
          <div>
            <dt>size</dt>
            <dd>
              {sizeWords(size)} <span className="soft">{Math.round(share * 100)} %</span>
            </dd>
          </div>
          <div>
            <dt>hidden</dt>
            <dd title={`${countWords(hidden.files, 'file')} of it that an upper layer replaces or removes`}>
              {hidden.files === 0 ? <span className="faint">–</span> : sizeWords(hidden.bytes)}
            </dd>
          </div>
          <div>
            <dt>packages</dt>
            <dd>
              {packages === 0 ? (
                <span className="faint">–</span>
              ) : (
                <AddressLink changes={{ tab: 'packages', layer: String(index) }}>
                  {packages.toLocaleString('en')}
                </AddressLink>
              )}
            </dd>
          </div>
          <div className="layer-findings">
            <dt>findings</dt>
            <dd>
              {findings === 0 ? (
                <span className="faint">–</span>
              ) : (
                <AddressLink changes={{ tab: undefined, layer: String(index), finding: undefined }}>
                  <SeverityCounts counts={bySeverity} />
                </AddressLink>
              )}
            </dd>
          </div>
        </dl>
      </div>
      {isChosen && digest !== undefined && (
        <p className="with-copy layer-digest">
          <ImageText mono className="soft" text={digest} />
          <Copy text={digest} label="Copy the digest" />
        </p>
      )}
    </li>
  );
}

/** How much of the bar is hatched. Sizes are of packed layers, what is hidden is counted unpacked: at most all of it. */
function wastedShare({ size, hidden }: LayerBar): number {
  return size === 0 ? 0 : Math.min(1, hidden.bytes / size);
}
