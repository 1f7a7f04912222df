import { type ReactNode, useEffect, useState } from 'react';
import type { Report } from '../api/schema.ts';
import { ImageText, plainText } from '../ui/image-text.tsx';
import { Notice } from '../ui/states.tsx';
import { AddressProvider, locationStore, useAddressState } from './address-state.ts';
import { type FileContent, readFileContent } from './file-content.ts';
import { ReportView } from './report-view.tsx';

const store = locationStore('hash');

/** The HTML report: a file that has its data in itself and asks nobody for anything. */
export function ReportFile(): ReactNode {
  const [content, setContent] = useState<FileContent | Error>();
  useEffect(() => {
    readFileContent(document).then(setContent, (error: unknown) => {
      setContent(error instanceof Error ? error : new Error(String(error)));
    });
  }, []);
  if (content === undefined) return <p className="report-file soft">Reading the report …</p>;
  if (content instanceof Error) {
    return (
      <main className="report-file">
        <Notice tone="bad" urgent>
          <strong>The report in this file cannot be read</strong>
          <p>
            {content.message} The file may have been cut off, or the browser may be too old: it has to know
            DecompressionStream.
          </p>
        </Notice>
      </main>
    );
  }
  return (
    <AddressProvider value={store}>
      <Reports content={content} />
    </AddressProvider>
  );
}

function Reports({ content: { reports, hidden, left } }: { readonly content: FileContent }): ReactNode {
  const [chosen, setChosen] = useAddressState('image');
  const place = Math.max(0, Math.min(reports.length - 1, Number.parseInt(chosen, 10) || 0));
  const report = reports[place];
  return (
    <div className="report-file">
      <header className="report-file-bar">
        <span className="report-file-name">Drydock</span>
        {reports.length > 1 && (
          <label className="side close">
            <span className="soft">Image</span>
            <select
              className="input"
              value={place}
              onChange={(event) => {
                setChosen(event.currentTarget.value === '0' ? '' : event.currentTarget.value);
              }}
            >
              {reports.map((one, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: reports have no name but their place
                <option key={index} value={index}>
                  {nameOf(one)}
                </option>
              ))}
            </select>
          </label>
        )}
      </header>
      <main>
        {report === undefined ? (
          <Notice>There is no report in this file.</Notice>
        ) : (
          <>
            <h1>
              <ImageText text={report.image.reference} />
            </h1>
            <LeftOut left={left?.[place] ?? 0} hidden={hidden?.[place] ?? 0} shown={report.findings.length} />
            <ReportView key={place} report={report} />
          </>
        )}
      </main>
    </div>
  );
}

/** What is not in the file, so that nobody takes it for all there is. */
function LeftOut(props: { readonly left: number; readonly hidden: number; readonly shown: number }): ReactNode {
  const { left, hidden, shown } = props;
  if (left === 0 && hidden === 0) return null;
  return (
    <Notice tone="warn">
      {left > 0 && (
        <p>
          This file has the {shown.toLocaleString('en')} findings that come first by priority, of{' '}
          {(shown + left).toLocaleString('en')}. The JSON report has all of them.
        </p>
      )}
      {hidden > 0 && (
        <p>
          {hidden.toLocaleString('en')} {hidden === 1 ? 'finding was' : 'findings were'} left out when the report was
          made (--severity, --ignore-unfixed).
        </p>
      )}
    </Notice>
  );
}

function nameOf({ image }: Report): string {
  return plainText(`${image.reference.slice(0, 200)}${image.platform === undefined ? '' : ` (${image.platform})`}`);
}
