import type { ReactNode } from 'react';
import { useAnswer } from '../../api/use-answer.ts';
import { Button } from '../../ui/button.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import { Empty, Failed, Skeleton } from '../../ui/states.tsx';
import { useAddress } from '../../ui/use-address.ts';
import { DiffView } from './diff-view.tsx';
import { ImageChooser } from './image-chooser.tsx';

/** What came, went and changed from one image to another, or from one scan of it to the next. */
export function ComparePage(): ReactNode {
  const [before, setBefore] = useAddress('before');
  const [after, setAfter] = useAddress('after');
  const both = before !== '' && after !== '' && before !== after;
  const diff = useAnswer(
    'GET /api/images/{id}/diff',
    { path: { id: after }, query: { since: before } },
    { off: !both },
  );
  return (
    <PageFrame title="Compare" lead="Two images, or two scans of one: what came, what went, and why.">
      <div className="compare-choice">
        <ImageChooser label="Before" chosen={before} onChoose={(id) => setBefore(id, true)} />
        <Button
          kind="quiet"
          icon="compare"
          onClick={() => {
            setBefore(after);
            setAfter(before, true);
          }}
        >
          Swap
        </Button>
        <ImageChooser label="After" chosen={after} onChoose={(id) => setAfter(id, true)} />
      </div>
      {!both && (
        <Empty title={before !== '' && before === after ? 'That is the same scan twice' : 'Choose two'}>
          <p>The older one goes first: what is new then is what came with the newer one.</p>
        </Empty>
      )}
      {both && diff.data === undefined && diff.error === undefined && <Skeleton lines={10} />}
      {both && diff.error !== undefined && <Failed what="The comparison" error={diff.error} onRetry={diff.again} />}
      {both && diff.data !== undefined && <DiffView diff={diff.data} stale={diff.stale} />}
    </PageFrame>
  );
}
