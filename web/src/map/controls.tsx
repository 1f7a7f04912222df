import { type ReactNode, useState } from 'react';
import { act, askAgain } from '../api/answers.ts';
import type { MapControlResult, MapNode, MapNodeDetails } from '../api/schema.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ImageText } from '../ui/image-text.tsx';
import { Failed, Notice } from '../ui/states.tsx';
import { ContainerLogs } from './container-logs.tsx';
import { ControlRecord } from './control-record.tsx';
import { shortName } from './names.ts';

type Control = MapNodeDetails['controls'][number];
type Change = Exclude<Control, 'logs'>;

const WORDS: Readonly<Record<Control, string>> = {
  logs: 'Logs',
  stop: 'Stop',
  start: 'Start',
  pause: 'Pause',
  unpause: 'Go on',
  restart: 'Restart',
};

const DOING: Readonly<Record<Change, string>> = {
  stop: 'Stopping …',
  start: 'Starting …',
  pause: 'Pausing …',
  unpause: 'Going on …',
  restart: 'Restarting …',
};

const WARNINGS: Readonly<Record<Change, string>> = {
  stop: 'Its processes are asked to end, and ended after ten seconds if they do not. Whoever talks to it loses the connection.',
  start: 'It is started as it was made.',
  pause: 'All its processes are halted where they are. Connections stay, and nobody answers.',
  unpause: 'Its processes go on where they were halted.',
  restart: 'It is stopped, in ten seconds at most, and started again. Whoever talks to it loses the connection.',
};

/** What somebody wants to do to a container, and it as it was when they wanted to. */
export interface AskedControl {
  readonly node: MapNode;
  readonly control: Control;
}

/** What the caller may do to a container: nothing is offered that the service does not offer. */
export function NodeControls({
  node,
  controls,
  onAsk,
}: {
  readonly node: MapNode;
  readonly controls: readonly Control[];
  readonly onAsk: (asked: AskedControl) => void;
}): ReactNode {
  return controls.map((control) => (
    <Button
      key={control}
      small
      {...((control === 'stop' || control === 'restart') && { kind: 'danger' as const })}
      onClick={() => onAsk({ node, control })}
    >
      {WORDS[control]}
    </Button>
  ));
}

/**
 * The dialog of a control. It is held by the page, and not beside what is told of the container: one that goes when it is
 * stopped takes that with it, and what came of it has to be read all the same.
 */
export function ControlOf({
  asked,
  onClose,
}: {
  readonly asked: AskedControl;
  readonly onClose: () => void;
}): ReactNode {
  const { node, control } = asked;
  return control === 'logs' ? (
    <ContainerLogs node={node} onClose={onClose} />
  ) : (
    <ControlDialog node={node} control={control} onClose={onClose} />
  );
}

type Outcome = { readonly result: MapControlResult } | { readonly error: Error } | 'waiting';

function ControlDialog({
  node,
  control,
  onClose,
}: {
  readonly node: MapNode;
  readonly control: Change;
  readonly onClose: () => void;
}): ReactNode {
  const [outcome, setOutcome] = useState<Outcome>();
  const run = (): void => {
    setOutcome('waiting');
    act('POST /api/map/nodes/{id}/controls/{control}', { path: { id: node.id, control } })
      .then(
        (result) => setOutcome({ result }),
        (error: Error) => setOutcome({ error }),
      )
      .finally(() => askAgain('GET /api/map/nodes/{id}', 'GET /api/map/audit'));
  };
  const isDone = outcome !== undefined && outcome !== 'waiting' && 'result' in outcome && outcome.result.done;
  const isTried = outcome !== undefined && outcome !== 'waiting';
  return (
    <Dialog
      title={`${WORDS[control]} ${shortName(node.label)}${isTried ? '' : '?'}`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{isTried ? 'Close' : 'Leave it'}</Button>
          {!isDone && (
            <Button
              kind={control === 'start' || control === 'unpause' ? 'primary' : 'danger'}
              disabled={outcome === 'waiting'}
              onClick={run}
            >
              {outcome === 'waiting' ? DOING[control] : isTried ? 'Try again' : WORDS[control]}
            </Button>
          )}
        </>
      }
    >
      <div className="stack">
        <dl className="facts">
          <dt>Container</dt>
          <dd>
            <ImageText text={node.label} mono />
          </dd>
          <dt>Image</dt>
          <dd>
            <ImageText text={node.image ?? ''} mono />
          </dd>
          <dt>On</dt>
          <dd>
            <ImageText text={node.host ?? ''} />
          </dd>
        </dl>
        {!isTried && <p>{WARNINGS[control]} Who does what is written down.</p>}
        {outcome === 'waiting' && (
          <p role="status" className="soft">
            The engine was asked. This can take half a minute.
          </p>
        )}
        {isTried && 'error' in outcome && <Failed what="The answer" error={outcome.error} />}
        {isTried && 'result' in outcome && (
          <Notice tone={outcome.result.done ? 'good' : 'bad'} urgent>
            {!outcome.result.done && <strong>It was not done</strong>}
            <ImageText text={outcome.result.message} />
          </Notice>
        )}
        {isTried && <ControlRecord node={node.id} />}
      </div>
    </Dialog>
  );
}
