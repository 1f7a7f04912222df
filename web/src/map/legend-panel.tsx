import type { ReactNode } from 'react';
import { LookImage } from './look-image.tsx';
import type { NodeLook } from './node-look.ts';

const plain: NodeLook = {
  kind: 'container',
  severity: 'none',
  withoutKnowledge: false,
  exposure: 'none',
  drift: false,
  powers: false,
  still: 'running',
};

const NODES: readonly (readonly [string, Partial<NodeLook>])[] = [
  ['Critical in use', { severity: 'critical' }],
  ['High in use', { severity: 'high' }],
  ['Medium in use', { severity: 'medium' }],
  ['Low in use', { severity: 'low' }],
  ['Nothing known in use', {}],
  ['Being scanned', { severity: 'not-known' }],
  ['Image not known', { severity: 'not-known', withoutKnowledge: true }],
  ['Published on all addresses', { exposure: 'published' }],
  ['Published on this machine', { exposure: 'published-locally' }],
  ['On the network of the host', { exposure: 'host' }],
  ['Runs what its image did not bring', { drift: true }],
  ['Can do too much', { powers: true }],
  ['Paused', { still: 'paused' }],
  ['Not running', { still: 'stopped' }],
];

const KINDS: readonly (readonly [string, NodeLook['kind']])[] = [
  ['Container', 'container'],
  ['Process', 'process'],
  ['Containers of one image', 'group'],
  ['Image', 'image'],
  ['Network', 'network'],
  ['Host', 'host'],
  ['The internet', 'internet'],
  ['Private address that nobody reports', 'outside'],
];

const EDGES: readonly (readonly [string, string])[] = [
  ['solid', 'From client to server; thicker: more open connections'],
  ['published', 'By a published port'],
  ['dashed', 'Seen between two looks, or the direction is a guess'],
  ['gone', 'Gone: fades within a minute'],
];

const KEYS: readonly (readonly [string, string])[] = [
  ['← → ↑ ↓', 'Walk to neighbours'],
  ['Enter', 'Open or close a container; else tell more'],
  ['Space', 'Tell more'],
  ['Esc', 'Close what is open'],
  ['+ − 0', 'Larger, smaller, show all'],
  ['T', 'The same as a table'],
  ['/', 'Search'],
];

/** What the signs mean, and what the keys do. */
export function LegendPanel(): ReactNode {
  return (
    <div className="stack">
      <p className="soft">
        The colour is that of the gravest vulnerability in software that really runs; what lies in the image unused does
        not count.
      </p>
      <h3>Signs</h3>
      <ul className="map-legend">
        {NODES.map(([words, look]) => (
          <li key={words}>
            <LookImage look={{ ...plain, ...look }} size={36} />
            <span>{words}</span>
          </li>
        ))}
      </ul>
      <h3>Kinds</h3>
      <ul className="map-legend">
        {KINDS.map(([words, kind]) => (
          <li key={words}>
            <LookImage look={{ ...plain, kind }} size={36} />
            <span>{words}</span>
          </li>
        ))}
      </ul>
      <h3>Lines</h3>
      <ul className="map-legend wide">
        {EDGES.map(([name, words]) => (
          <li key={name}>
            <svg width="36" height="12" viewBox="0 0 36 12" aria-hidden="true" className={`map-line ${name}`}>
              <path d="M1 6H28" fill="none" stroke="currentColor" strokeWidth="2" />
              <path d="M27 2L35 6L27 10Z" fill="currentColor" />
            </svg>
            <span>{words}</span>
          </li>
        ))}
      </ul>
      <h3>Keys</h3>
      <dl className="keys-list">
        {KEYS.map(([key, words]) => (
          <div key={key} className="map-fact">
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
