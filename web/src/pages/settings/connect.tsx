import type { ReactNode } from 'react';
import { useSession } from '../../api/use-session.ts';
import { CodeBlock } from '../../ui/copy.tsx';
import { Panel } from '../../ui/panel.tsx';

/** How builds, registries and Harbor hand images over to this service. */
export function Connect(): ReactNode {
  const here = location.origin;
  const needed = useSession()?.needed === true;
  const header = needed ? ` -H "Authorization: Bearer $TOKEN"` : '';
  const token = needed ? ' --server-token-file token' : '';
  return (
    <Panel title="Connect">
      <div className="stack wide">
        <Way
          title="A build: scan here, match there"
          text="The image is read where it was built, and its packages are sent here, nothing else. The build fails from a severity on."
          code={`drydock scan image.tar --server ${here}${token} --fail-on high`}
        />
        <Way
          title="A build: keep the image here"
          text="The archive is sent, scanned by this service, and judged anew whenever advisories change."
          code={`curl -sS --fail -T image.tar -X POST${header} \\\n  -H 'Content-Type: application/x-tar' \\\n  '${here}/api/images/upload?name=app:1.0'`}
        />
        <Way
          title="A registry of the CNCF distribution"
          text="Every image that is pushed is scanned. The host of the registry has to be listed in registry-hosts."
          code={`notifications:\n  endpoints:\n    - name: drydock\n      url: ${here}/api/webhooks/registry${
            needed ? '\n      headers:\n        Authorization: [Bearer TOKEN]' : ''
          }\n      timeout: 5s\n      threshold: 3\n      backoff: 10s`}
        />
        <Way
          title="Harbor as its scanner"
          text="Interrogation Services, New scanner; the authorization is a token with the scope scan."
          code={`${here}/harbor`}
        />
        <Way
          title="Harbor, by its webhook"
          text="Of a project: the event Artifact pushed."
          code={`${here}/api/webhooks/harbor`}
        />
        <Way
          title="Tokens"
          text="Whoever operates the service makes them: it prints the token once, and the line for its configuration."
          code="drydock serve token --scope scan build-server"
        />
      </div>
    </Panel>
  );
}

function Way({
  title,
  text,
  code,
}: {
  readonly title: string;
  readonly text: string;
  readonly code: string;
}): ReactNode {
  return (
    <section className="stack close">
      <h3>{title}</h3>
      <p className="soft">{text}</p>
      <CodeBlock text={code} label={title} />
    </section>
  );
}
