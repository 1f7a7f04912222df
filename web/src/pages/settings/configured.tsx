import { type ReactNode, useState } from 'react';
import type { Settings } from '../../api/schema.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { Badge } from '../../ui/badge.tsx';
import { bytesWords } from '../../ui/bytes.tsx';
import { CheckField, SearchField } from '../../ui/field.tsx';
import { ImageText } from '../../ui/image-text.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Failed, Skeleton } from '../../ui/states.tsx';
import { optionWords } from './option-words.ts';

const abilities: readonly { readonly key: keyof Settings['can']; readonly yes: string; readonly no: string }[] = [
  { key: 'scan', yes: 'scans images', no: 'scans no images itself' },
  { key: 'update', yes: 'updates the feeds', no: 'updates no feeds' },
  { key: 'observe', yes: 'runs images', no: 'runs no images' },
  { key: 'map', yes: 'has a live map', no: 'has no live map' },
  { key: 'offline', yes: 'uses no network', no: 'may use the network' },
];

/** What this process of the service does, and what it is set to. Secrets are not among what it tells. */
export function Configured(): ReactNode {
  const settings = useAnswer('GET /api/settings');
  const { data } = settings;
  return (
    <Panel title="What is configured" flush>
      {settings.error !== undefined && data === undefined && (
        <Failed what="The configuration" error={settings.error} onRetry={settings.again} />
      )}
      {data === undefined && settings.error === undefined && (
        <div className="body">
          <Skeleton lines={4} />
        </div>
      )}
      {data !== undefined && (
        <>
          <div className="body stack">
            <div className="side close">
              {abilities.map(({ key, yes, no }) => (
                <Badge key={key} tone={data.can[key] ? 'accent' : 'neutral'}>
                  {data.can[key] ? yes : no}
                </Badge>
              ))}
              <Badge>uploads up to {bytesWords(data.uploadLimit)}</Badge>
            </div>
          </div>
          <Options options={data.options} />
        </>
      )}
    </Panel>
  );
}

function Options({ options }: { readonly options: Settings['options'] }): ReactNode {
  const [text, setText] = useState('');
  const [all, setAll] = useState(false);
  const wanted = text.toLowerCase();
  const shown = options.filter(
    ({ name, description, origin }) =>
      (all || wanted !== '' || origin !== 'default') && `${name} ${description}`.toLowerCase().includes(wanted),
  );
  return (
    <>
      <div className="side options-bar">
        <div className="grow list-search">
          <SearchField label="Search the options" value={text} onChange={(event) => setText(event.target.value)} />
        </div>
        <CheckField label="Defaults, too" checked={all} onChange={(event) => setAll(event.target.checked)} />
      </div>
      {shown.length === 0 && (
        <p className="soft options-bar">{wanted === '' ? 'Everything is as it comes.' : 'None fits.'}</p>
      )}
      <ul className="rows">
        {shown.map((option) => (
          <li key={option.name} className="row option">
            <div className="stack close grow">
              <span className="side close">
                <code>{option.name}</code>
                <span className="faint">{option.origin}</span>
              </span>
              <span className="soft">
                <Described text={option.description} />
              </span>
            </div>
            <span className="option-value">
              {option.shown ? (
                option.value === undefined ? (
                  <span className="faint">not set</span>
                ) : (
                  <ImageText text={optionWords(option.value)} mono />
                )
              ) : (
                <Badge>set, not shown</Badge>
              )}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** A description of the configuration, in which what is typed stands between backquotes. */
function Described({ text }: { readonly text: string }): ReactNode {
  return text.split('`').map((part, index) => {
    // biome-ignore lint/suspicious/noArrayIndexKey: parts have no name but their place
    return index % 2 === 0 ? part : <code key={index}>{part}</code>;
  });
}
