import type { ReactNode } from 'react';
import type { Observation } from '../../api/schema.ts';
import { Badge } from '../../ui/badge.tsx';
import { ImageText } from '../../ui/image-text.tsx';
import { Panel } from '../../ui/panel.tsx';
import { MoreRows } from '../more-rows.tsx';

type Port = Observation['ports'][number];

/** What listens, what is declared and does not, and who is behind it. */
export function Ports({ ports }: { readonly ports: readonly Port[] }): ReactNode {
  const listening = ports.filter(({ state }) => state === 'listening').length;
  return (
    <Panel title="Ports" flush aside={<span className="soft">{listening.toLocaleString('en')} listening</span>}>
      <MoreRows
        label="Ports"
        head={['Port', 'State', 'Service', 'Program', 'User', 'Package']}
        rows={ports}
        empty="Nobody listens, and none is declared."
        cells={(port) => [
          <strong key="port">
            {port.port}/{port.protocol}
          </strong>,
          <State key="state" port={port} />,
          <Service key="service" service={port.service} />,
          <>
            <ImageText mono text={port.executable ?? port.process ?? ''} />
            {port.script !== undefined && (
              <>
                {' '}
                <ImageText mono className="soft" text={port.script} />
              </>
            )}
            {port.gone !== undefined && <Badge tone="bad">{port.gone}</Badge>}
          </>,
          <User key="user" port={port} />,
          port.package === undefined ? (
            <span key="package" className="faint">
              none
            </span>
          ) : (
            <ImageText key="package" text={`${port.package.name} ${port.package.version}`} />
          ),
        ]}
      />
    </Panel>
  );
}

function State({ port: { state, declared, localOnly, seenBy, addresses } }: { readonly port: Port }): ReactNode {
  if (state === 'dead') return <span className="soft">declared, nobody listens</span>;
  if (state === 'unknown') return <span className="soft">declared, nobody could look</span>;
  return (
    <span className="side close">
      {seenBy === 'trace' ? 'listened for a moment' : 'listens'}
      {localOnly && <Badge tone="good">local only</Badge>}
      {!declared && <Badge tone="warn">not declared</Badge>}
      <ImageText mono className="soft" text={addresses.slice(0, 8).join(', ')} />
    </span>
  );
}

function Service({ service }: { readonly service: Port['service'] }): ReactNode {
  if (service === undefined) return <span className="faint">–</span>;
  const { name, product, version, encrypted } = service;
  return (
    <>
      <ImageText text={[name, product, version].filter((word) => word !== undefined).join(' ')} />
      {encrypted === true && <Badge tone="good">TLS</Badge>}
    </>
  );
}

/** Names are the image's: root by another name is told as what it is. */
function User({ port: { uid, user } }: { readonly port: Port }): ReactNode {
  if (uid === 0) {
    return (
      <>
        <Badge tone="warn">root</Badge>
        {user !== undefined && user !== 'root' && <ImageText text={` named ${user}`} />}
      </>
    );
  }
  return (
    <ImageText
      text={user === 'root' ? `uid ${uid ?? '?'} (named root)` : (user ?? (uid === undefined ? '' : `uid ${uid}`))}
    />
  );
}
