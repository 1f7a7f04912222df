import { type ReactNode, useState } from 'react';
import { act } from '../api/answers.ts';
import type { MapControlResult, MapNode, MapNodeDetails } from '../api/schema.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ImageText } from '../ui/image-text.tsx';
import { Failed, Notice, Skeleton } from '../ui/states.tsx';

type Control = MapNodeDetails['controls'][number];

const WORDS: Readonly<Record<Control, string>> = {
  logs: 'Logs',
  stop: 'Stop',
  start: 'Start',
  pause: 'Pause',
  unpause: 'Go on',
  restart: 'Restart',
};

const WARNINGS: Readonly<Record<Exclude<Control, 'logs'>, string>> = {
  stop: 'Its processes are asked to end, and ended if they do not. Whoever talks to it loses the connection.',
  start: 'It is started as it was made.',
  pause: 'All its processes are halted where they are. Connections stay, and nobody answers.',
  unpause: 'Its processes go on where they were halted.',
  restart: 'It is stopped and started again. Whoever talks to it loses the connection.',
};

/** What the caller may do to a container: nothing is offered that the service does not offer. */
export function NodeControls({
  node,
  controls,
}: {
  readonly node: MapNode;
  readonly controls: readonly Control[];
}): ReactNode {
  const [asked, setAsked] = useState<Control>();
  return (
    <>
      {controls.map((control) => (
        <Button
          key={control}
          small
          {...((control === 'stop' || control === 'restart') && { kind: 'danger' as const })}
          onClick={() => setAsked(control)}
        >
          {WORDS[control]}
        </Button>
      ))}
      {asked !== undefined && <ControlDialog node={node} control={asked} onClose={() => setAsked(undefined)} />}
    </>
  );
}

type Outcome = { readonly result: MapControlResult } | { readonly error: Error } | 'waiting';

function ControlDialog({
  node,
  control,
  onClose,
}: {
  readonly node: MapNode;
  readonly control: Control;
  readonly onClose: () => void;
}): ReactNode {
  const [outcome, setOutcome] = useState<Outcome>();
  const run = (): void => {
    setOutcome('waiting');
    act('POST /api/map/nodes/{id}/controls/{control}', { path: { id: node.id, control } }).then(
      (result) => setOutcome({ result }),
      (error: Error) => setOutcome({ error }),
    );
  };
  const done = outcome !== undefined && outcome !== 'waiting';
  const title = `${WORDS[control]}: ${node.label.slice(0, 60)}`;
  return (
    <Dialog
      title={title}
      onClose={onClose}
      actions={
        done ? (
          <Button onClick={onClose}>Close</Button>
        ) : (
          <>
            <Button onClick={onClose}>Leave it</Button>
            <Button kind={control === 'logs' ? 'primary' : 'danger'} disabled={outcome === 'waiting'} onClick={run}>
              {control === 'logs' ? 'Show the logs' : WORDS[control]}
            </Button>
          </>
        )
      }
    >
      {outcome === undefined && (
        <div className="stack">
          <ImageText text={node.label} mono />
          <p>
            {control === 'logs' ? 'The last 500 lines are fetched.' : WARNINGS[control]} Who does what is written down.
          </p>
        </div>
      )}
      {outcome === 'waiting' && <Skeleton lines={4} />}
      {done && 'error' in outcome && <Failed what="The answer" error={outcome.error} />}
      {done && 'result' in outcome && <Result result={outcome.result} />}
    </Dialog>
  );
}

function Result({ result: { done, message, lines } }: { readonly result: MapControlResult }): ReactNode {
  return (
    <div className="stack">
      <Notice tone={done ? 'good' : 'bad'} urgent>
        <ImageText text={message} />
      </Notice>
      {lines !== undefined && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard
        <div className="map-logs mono" tabIndex={0} role="log" aria-label="The last lines">
          {lines.length === 0
            ? 'It wrote nothing.'
            : lines.map(({ stream, text }, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: lines have no name but their place
                <div key={i} className={stream}>
                  <ImageText text={text.slice(0, 2000)} />
                </div>
              ))}
        </div>
      )}
    </div>
  );
}
