import type { CSSProperties, ReactNode } from 'react';
import type { Observation } from '../../api/schema.ts';
import { ImageText } from '../../ui/image-text.tsx';
import { Panel } from '../../ui/panel.tsx';
import { MoreRows } from '../more-rows.tsx';

/** Which system calls were made how often, the most frequent first; bars are on a scale of logarithms. */
export function Calls({ calls }: { readonly calls: Observation['calls'] }): ReactNode {
  const sorted = Object.entries(calls).sort(([, a], [, b]) => b.count - a.count);
  const most = Math.log10((sorted[0]?.[1].count ?? 1) + 1);
  return (
    <Panel title="Calls" flush aside={<span className="soft">{sorted.length.toLocaleString('en')} names</span>}>
      <MoreRows
        label="System calls by how often they were made"
        head={['Call', 'Times', '', 'Failed']}
        rows={sorted}
        empty="No calls were watched."
        cells={([name, { count, failed }]) => [
          <ImageText key="name" mono text={name} />,
          count.toLocaleString('en'),
          <span
            key="bar"
            className="call-bar"
            aria-hidden="true"
            style={{ '--share': Math.log10(count + 1) / most } as CSSProperties}
          />,
          failed === 0 ? '' : failed.toLocaleString('en'),
        ]}
      />
    </Panel>
  );
}
