import type { ReactNode } from 'react';
import { MAP_KEYS } from '../ui/map-keys.ts';
import { LookImage } from './look-image.tsx';
import type { NodeLook } from './node-look.ts';

const plain: NodeLook = {
  kind: 'container',
  severity: 'none',
  installed: 'none',
  lying: 'none',
  withoutKnowledge: false,
  exposure: 'none',
  drift: false,
  powers: false,
  still: 'running',
};

const COLOURS: readonly (readonly [string, Partial<NodeLook>])[] = [
  ['Critical in use', { severity: 'critical' }],
  ['High in use', { severity: 'high' }],
  ['Medium in use', { severity: 'medium' }],
  ['Low in use', { severity: 'low' }],
  ['Nothing vulnerable in use', {}],
  ['High in the image, in use or not: nobody can tell', { installed: 'high' }],
  ['Nothing in use; critical in its image', { lying: 'critical' }],
  ['High in use; critical in its image', { severity: 'high', lying: 'critical' }],
  ['Being scanned', { severity: 'not-known' }],
  ['Not scanned: nothing can be said', { severity: 'not-known', withoutKnowledge: true }],
];

const NODES: readonly (readonly [string, Partial<NodeLook>])[] = [
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
  ['dashed', 'Seen between two looks, its direction is a guess, or only one of its two hosts tells of it'],
  ['gone', 'Gone: fades within a minute'],
];

/** What the signs mean, and what the keys do. */
export function LegendPanel(): ReactNode {
  return (
    <div className="stack">
      <p className="soft">
        The colour is that of the gravest vulnerability in software that really runs. What lies in the image unused is a
        small hollow sign at the lower left, where it is graver.
      </p>
      <h3>Colours</h3>
      <ul className="map-legend">
        {COLOURS.map(([words, look]) => (
          <li key={words}>
            <LookImage look={{ ...plain, ...look }} size={36} />
            <span>{words}</span>
          </li>
        ))}
      </ul>
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
        {MAP_KEYS.map(([key, words]) => (
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
