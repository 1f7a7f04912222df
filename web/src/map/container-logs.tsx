import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import { act, askAgain } from '../api/answers.ts';
import type { MapControlResult, MapNode } from '../api/schema.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ImageText } from '../ui/image-text.tsx';
import { Failed, Notice, Skeleton } from '../ui/states.tsx';
import { shortName } from './names.ts';

/** What of a line is shown: the service cuts there, too. */
const LONGEST = 2100;

/** What a container wrote last, as text: each look at it is asked for, and written down. */
export function ContainerLogs({ node, onClose }: { readonly node: MapNode; readonly onClose: () => void }): ReactNode {
  const [result, setResult] = useState<MapControlResult>();
  const [error, setError] = useState<Error>();
  const [waiting, setWaiting] = useState(false);
  const { id } = node;
  const fetchAgain = useCallback(() => {
    setWaiting(true);
    act('POST /api/map/nodes/{id}/controls/{control}', { path: { id, control: 'logs' } })
      .then(
        (answer) => {
          setResult(answer);
          setError(undefined);
        },
        (reason: Error) => setError(reason),
      )
      .finally(() => {
        setWaiting(false);
        askAgain('GET /api/map/audit');
      });
  }, [id]);
  const begun = useRef(false);
  useEffect(() => {
    // React begins twice while it is developed: each look is written down, so there shall be one.
    if (begun.current) return;
    begun.current = true;
    fetchAgain();
  }, [fetchAgain]);
  const lines = result?.lines ?? [];
  const end = useRef<HTMLElement>(null);
  useEffect(() => {
    // What was written last is seen first.
    if (result !== undefined) end.current?.scrollTo({ top: end.current.scrollHeight });
  }, [result]);
  return (
    <Dialog
      title={`Logs of ${shortName(node.label)}`}
      onClose={onClose}
      actions={
        <>
          <Button icon="refresh" disabled={waiting} onClick={fetchAgain}>
            {waiting ? 'Fetching …' : 'Fetch again'}
          </Button>
          <Button onClick={onClose}>Close</Button>
        </>
      }
    >
      <div className="stack">
        {error !== undefined && <Failed what="The logs" error={error} />}
        {result === undefined && error === undefined && <Skeleton lines={6} />}
        {result !== undefined && !result.done && (
          <Notice tone="bad" urgent>
            <strong>There are no logs</strong>
            <ImageText text={result.message} />
          </Notice>
        )}
        {result?.done === true && (
          <>
            <p className="soft" role="status">
              {lines.length === 0 ? 'It wrote nothing.' : `${result.message} What it wrote as an error is marked.`}
            </p>
            {lines.length > 0 && (
              // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard
              <section className="map-logs mono" ref={end} tabIndex={0} aria-label="The last lines">
                {lines.map(({ stream, text }, i) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: lines have no name but their place
                  <div key={i} className={stream}>
                    <ImageText text={text.slice(0, LONGEST)} />
                    {stream === 'stderr' && <span className="unseen"> (error)</span>}
                  </div>
                ))}
              </section>
            )}
          </>
        )}
      </div>
    </Dialog>
  );
}
