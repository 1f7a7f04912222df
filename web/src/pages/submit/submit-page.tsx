import { type ReactNode, type SubmitEvent, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { act, askAgain } from '../../api/answers.ts';
import { startUpload, useUploads } from '../../api/upload.ts';
import { useRefusal } from '../../api/use-session.ts';
import { useSettings } from '../../api/use-settings.ts';
import { Button } from '../../ui/button.tsx';
import { bytesWords } from '../../ui/bytes.tsx';
import { TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Notice } from '../../ui/states.tsx';
import { useAddress } from '../../ui/use-address.ts';
import { addressOfImage } from '../image-words.tsx';
import { UploadRow } from './upload-row.tsx';

/** Has an image scanned: by its name in a registry, or as an archive. */
export function SubmitPage(): ReactNode {
  const uploads = useUploads();
  const refusal = useRefusal('scan');
  return (
    <PageFrame title="Submit an image">
      {refusal !== undefined && (
        <Notice tone="warn">
          <strong>You may look, and not submit</strong>
          <p>{refusal}</p>
        </Notice>
      )}
      {uploads.length > 0 && (
        <Panel title="Uploads" flush>
          <ul className="rows">
            {uploads.map((upload) => (
              <li key={upload.id}>
                <UploadRow upload={upload} />
              </li>
            ))}
          </ul>
        </Panel>
      )}
      <div className="columns">
        <Panel title="From a registry">
          <ByReference />
        </Panel>
        <Panel title="From an archive">
          <ByArchive />
        </Panel>
      </div>
    </PageFrame>
  );
}

function ByReference(): ReactNode {
  const [, go] = useLocation();
  const [given] = useAddress('reference');
  const [reference, setReference] = useState(given);
  const [platform, setPlatform] = useState('');
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const name = reference.trim();
    if (name === '') {
      setFailure('Name an image, as docker pull takes it.');
      return;
    }
    setBusy(true);
    setFailure(undefined);
    const chosen = platform.trim();
    act('POST /api/images', { body: { reference: name, ...(chosen !== '' && { platform: chosen }) } }).then(
      ({ id }) => {
        askAgain('GET /api/images', 'GET /api/overview');
        go(addressOfImage(id));
      },
      (error: unknown) => {
        setBusy(false);
        setFailure((error as Error).message);
      },
    );
  };
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <TextField
        label="Image"
        placeholder="debian:12"
        hint="As docker pull takes it, with a tag or a digest. It is fetched by the service, not by this browser."
        value={reference}
        onChange={(event) => setReference(event.target.value)}
        wrong={failure}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        required
      />
      <TextField
        label="Platform"
        placeholder="linux/amd64"
        hint="Only of images with several: os/architecture, or all."
        value={platform}
        onChange={(event) => setPlatform(event.target.value)}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
      />
      <div>
        <Button kind="primary" type="submit" disabled={busy}>
          {busy ? 'Submitting …' : 'Scan it'}
        </Button>
      </div>
    </form>
  );
}

function ByArchive(): ReactNode {
  const [, go] = useLocation();
  const field = useRef<HTMLInputElement>(null);
  const limit = useSettings()?.uploadLimit;
  const take = (files: FileList | null): void => {
    const chosen = [...(files ?? [])];
    const [only] = chosen;
    // One image that is chosen is what somebody waits for; several are a list.
    for (const file of chosen) {
      startUpload(
        file,
        limit,
        chosen.length === 1 ? (image) => onSubmitPage() && go(addressOfImage(image.id)) : undefined,
      );
    }
    if (only !== undefined && field.current !== null) field.current.value = '';
  };
  return (
    <div className="drop-place">
      <Icon name="submit" size={28} />
      <p>
        <strong>Drop it anywhere on this page</strong>, or choose it:
      </p>
      <input
        ref={field}
        id="archive"
        type="file"
        multiple
        className="unseen"
        tabIndex={-1}
        aria-label="Archives of images"
        onChange={(event) => take(event.target.files)}
      />
      <Button onClick={() => field.current?.click()}>Choose an archive</Button>
      <p className="soft">
        What docker save, podman save or skopeo copy write, an OCI layout in a tar, a root file system, a bill of
        materials{limit !== undefined && <>; up to {bytesWords(limit)}</>}.
      </p>
    </div>
  );
}

/** Whoever went elsewhere meanwhile is left there. */
const onSubmitPage = (): boolean => location.pathname === '/submit';
