import type { ReactNode } from 'react';
import { countWords, sizeWords } from '../../../../src/report/words.ts';
import type { Observation, Report } from '../../api/schema.ts';
import { Badge } from '../../ui/badge.tsx';
import { ImageText } from '../../ui/image-text.tsx';
import { Panel } from '../../ui/panel.tsx';
import { FactList } from '../fact-list.tsx';
import { MoreRows } from '../more-rows.tsx';
import { momentOf, outcomeWords, useWords } from '../words.ts';
import { Calls } from './calls.tsx';
import { Ports } from './ports.tsx';

/** What a run of the image told: what listens, what was used, called and changed, and who watched. */
export function RunTab({
  observation,
  report,
}: {
  readonly observation: Observation;
  readonly report: Report;
}): ReactNode {
  return (
    <div className="run">
      <Attempts observation={observation} />
      <Ports ports={observation.ports} />
      <div className="columns">
        <InUse observation={observation} all={report.packages.length} />
        <Calls calls={observation.calls} />
      </div>
      <Processes processes={observation.processes} />
      <div className="columns">
        <Contacts contacts={observation.contacts} />
        <Drift drift={observation.drift} />
      </div>
      <div className="columns">
        <Watched observation={observation} />
        <Proofs proofs={observation.proofs} />
      </div>
    </div>
  );
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

function Attempts({ observation }: { readonly observation: Observation }): ReactNode {
  const { attempts, cage, engine, milliseconds, startedAt } = observation;
  const last = attempts.at(-1);
  const failed = last === undefined || last.outcome === 'exited' || last.outcome === 'failed';
  return (
    <Panel
      title={
        last === undefined
          ? 'It was not started'
          : `Run: ${outcomeWords[last.outcome]} after ${seconds(last.milliseconds)}`
      }
      aside={<Badge tone={failed ? 'bad' : 'good'}>{failed ? 'not up' : 'up'}</Badge>}
    >
      <div className="stack">
        <p className="soft">
          watched for {seconds(milliseconds)} from {momentOf(startedAt)},{' '}
          {cage.profile === 'none' ? 'not in a cage' : `in the cage “${cage.profile}”`}, at{' '}
          <ImageText text={engine.name} />
        </p>
        <ol className="stack">
          {attempts.slice(0, 20).map((attempt, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: tries have no name but their place
            <li key={place} className="attempt">
              <p>
                <strong>{attempt.outcome}</strong> after {seconds(attempt.milliseconds)}:{' '}
                <ImageText text={attempt.reason} />
                {attempt.exitCode !== undefined && `, exit status ${attempt.exitCode}`}
                {attempt.killedBy !== undefined && `, killed: ${attempt.killedBy}`}
              </p>
              {attempt.changes.length > 0 && (
                <p className="soft">
                  <ImageText text={attempt.changes.join('; ')} />
                </p>
              )}
              {attempt.log.length > 0 && (
                <details>
                  <summary className="soft">last {countWords(attempt.log.length, 'line')} of its output</summary>
                  {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard */}
                  <pre className="code-block" tabIndex={0}>
                    <ImageText text={attempt.log.slice(-100).join('\n')} lines />
                  </pre>
                </details>
              )}
            </li>
          ))}
        </ol>
      </div>
    </Panel>
  );
}

function InUse({ observation, all }: { readonly observation: Observation; readonly all: number }): ReactNode {
  const { packagesInUse, untouched, coverage } = observation;
  const isWhole = coverage.tracer === 'strace';
  return (
    <Panel
      title="Packages in use"
      flush
      aside={
        <span className="soft">
          {isWhole ? '' : 'at least '}
          {packagesInUse.length.toLocaleString('en')} of {all.toLocaleString('en')}
        </span>
      }
      footer="Others may be used another time: not seen never means safe."
    >
      <MoreRows
        label="Packages in use"
        head={['Package', 'Use', 'Files']}
        rows={packagesInUse}
        empty="None was seen."
        cells={({ name, version, use, count }) => [
          <>
            <ImageText className="strong" text={name} /> <ImageText mono className="soft" text={version} />
          </>,
          <Badge key="use" tone={use === 'listening' ? 'bad' : 'warn'}>
            {useWords[use]}
          </Badge>,
          count.toLocaleString('en'),
        ]}
      />
      {isWhole && untouched.length > 0 && (
        <p className="panel-note soft">
          untouched, the heaviest:{' '}
          <ImageText
            text={untouched
              .slice(0, 8)
              .map(({ name, bytes }) => `${name} (${sizeWords(bytes)})`)
              .join(', ')}
          />
        </p>
      )}
    </Panel>
  );
}

function Processes({ processes }: { readonly processes: Observation['processes'] }): ReactNode {
  return (
    <Panel title="Processes" flush aside={<span className="soft">{processes.length.toLocaleString('en')}</span>}>
      <MoreRows
        label="Processes"
        head={['PID', 'Program', 'User', 'Package', 'From', '']}
        rows={processes}
        empty="None was seen."
        cells={({ pid, name, executable, arguments: words, user, uid, package: pkg, from, running }) => [
          pid,
          <span key="program">
            <ImageText mono className="strong" text={executable ?? name} />{' '}
            <ImageText mono className="soft" text={words.slice(1, 40).join(' ').slice(0, 300)} />
          </span>,
          <ImageText key="user" text={user ?? (uid === undefined ? '' : `uid ${uid}`)} />,
          pkg === undefined ? (
            <span key="package" className="faint">
              none
            </span>
          ) : (
            <ImageText key="p" text={`${pkg.name} ${pkg.version}`} />
          ),
          from === undefined ? (
            ''
          ) : typeof from === 'string' ? (
            <Badge key="from" tone="bad">
              {from === 'memory' ? 'memory alone' : 'written while it ran'}
            </Badge>
          ) : (
            `layer ${from.layer.index}`
          ),
          running ? (
            <span key="running" className="soft">
              still running
            </span>
          ) : (
            ''
          ),
        ]}
      />
    </Panel>
  );
}

function Contacts({ contacts }: { readonly contacts: Observation['contacts'] }): ReactNode {
  return (
    <Panel title="Whom it called" flush aside={<span className="soft">{contacts.length.toLocaleString('en')}</span>}>
      <MoreRows
        label="Names and addresses that it called"
        head={['Name', 'Address', 'Times']}
        rows={contacts}
        empty="It asked for no name and called no address."
        cells={({ name, address, port, count }) => [
          <ImageText key="name" text={name ?? ''} />,
          <ImageText
            key="address"
            mono
            text={address === undefined ? '' : `${address}${port === undefined ? '' : `:${port}`}`}
          />,
          count.toLocaleString('en'),
        ]}
      />
    </Panel>
  );
}

function Drift({ drift }: { readonly drift: Observation['drift'] }): ReactNode {
  return (
    <Panel title="Files it changed" flush aside={<span className="soft">{drift.length.toLocaleString('en')}</span>}>
      <MoreRows
        label="Files that differ from the image"
        head={['File', 'Change']}
        rows={drift}
        empty="None differs from the image."
        cells={({ path, change, executable }) => [
          <ImageText key="path" mono text={path} />,
          <>
            {change} {executable === true && <Badge tone="bad">was run</Badge>}
          </>,
        ]}
      />
    </Panel>
  );
}

function Watched({ observation }: { readonly observation: Observation }): ReactNode {
  const { coverage, cage, resources } = observation;
  const { tracer, version, reason, calls, lost, undecoded, blindSpots, sockets } = coverage;
  return (
    <Panel title="Who watched, and what nobody saw">
      <div className="stack">
        <FactList
          facts={[
            [
              'calls',
              tracer === 'none'
                ? `not watched: ${reason ?? 'the reason is not known'}`
                : `${calls.toLocaleString('en')} by ${[tracer, version].join(' ').trim()}, ${lost.toLocaleString('en')} lost, ${undecoded.toLocaleString('en')} not decoded`,
            ],
            ['sockets', sockets === 'none' ? 'read by nobody' : `read by ${sockets}`],
            [
              'memory',
              resources?.memoryPeakBytes === undefined
                ? undefined
                : `${sizeWords(resources.memoryPeakBytes)} at the most`,
            ],
            [
              'processor',
              resources?.cpuSeconds === undefined ? undefined : `${resources.cpuSeconds.toFixed(1)} s in all`,
            ],
          ]}
        />
        <Sentences title="Not seen" sentences={blindSpots} />
        <Sentences title="The cage allowed" sentences={cage.allows} />
      </div>
    </Panel>
  );
}

function Sentences({ title, sentences }: { readonly title: string; readonly sentences: readonly string[] }): ReactNode {
  if (sentences.length === 0) return null;
  return (
    <div>
      <h3>{title}</h3>
      <ul className="bullets">
        {sentences.slice(0, 50).map((sentence) => (
          <li key={sentence}>
            <ImageText text={sentence} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Proofs({ proofs }: { readonly proofs: Observation['proofs'] }): ReactNode {
  if (proofs === undefined) return null;
  const { seccomp, advice, runs } = proofs;
  return (
    <Panel title="What further runs proved" aside={<span className="soft">{countWords(runs, 'run')}</span>}>
      <ul className="bullets">
        <li>
          a seccomp profile of {countWords(seccomp.calls.length, 'call')} is {seccomp.proven ? 'proven' : 'not proven'}:{' '}
          <ImageText text={seccomp.reason} />
        </li>
        {advice.map(({ id, text, flags }) => (
          <li key={id}>
            <ImageText text={text} /> <ImageText mono text={flags.join(' ')} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}
