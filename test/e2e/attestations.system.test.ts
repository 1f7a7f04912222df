import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ociLayout } from '../support/image.ts';
import { type RealRegistry, startRealRegistry } from '../support/real-registry.ts';
import { findProgram } from '../support/real-services.ts';
import { debianLayer } from '../support/root-file-systems.ts';
import { runDrydock } from '../support/run.ts';
import { temporaryFolder } from '../support/temporary.ts';

const missing = ['docker-registry', 'skopeo', 'cosign'].filter((program) => findProgram(program) === undefined);

const PASSWORD = 'correct horse';

/** Cosign is the other side: what it signs is verified here, what is signed here it verifies. */
describe.skipIf(missing.length > 0)(
  `attestations${missing.length > 0 ? ` (${missing.join(', ')} missing)` : ''}`,
  () => {
    const folder = temporaryFolder();
    const place = (name: string): string => path.join(folder, name);
    let registry: RealRegistry;
    let repository: string;
    let digest: string;

    function cosign(...args: readonly string[]): string {
      return execFileSync('cosign', args, {
        cwd: folder,
        env: { PATH: process.env['PATH'], HOME: folder, COSIGN_PASSWORD: PASSWORD },
        stdio: ['ignore', 'pipe', 'pipe'],
      }).toString();
    }

    beforeAll(async () => {
      registry = await startRealRegistry();
      repository = `${registry.host}/app`;
      writeFileSync(place('image.tar'), ociLayout({ layers: [debianLayer()] }));
      const copy = ['--insecure-policy', 'copy', '-q', '--dest-tls-verify=false', '--digestfile', place('digest')];
      execFileSync('skopeo', [...copy, `oci-archive:${place('image.tar')}`, `docker://${repository}:1`], {
        stdio: 'ignore',
      });
      digest = readFileSync(place('digest'), 'utf8').trim();
      cosign('generate-key-pair');
    });
    afterAll(() => registry?.stop());

    it('of cosign are verified, and those made here cosign verifies beside its own', async () => {
      writeFileSync(place('predicate.json'), '{"spdxVersion": "SPDX-2.3", "packages": []}');
      const quiet = ['--tlog-upload=false', '--allow-http-registry', '--yes', '--key', 'cosign.key'];
      cosign('sign', ...quiet, `${repository}@${digest}`);
      cosign('attest', ...quiet, '--type', 'spdxjson', '--predicate', 'predicate.json', `${repository}@${digest}`);

      const theirs = await runDrydock(['verify', `${repository}:1`, '--key', place('cosign.pub'), '-f', 'json']);
      const attested = await runDrydock(['attest', `${repository}:1`, '--key', place('cosign.key'), '--push'], {
        environment: { COSIGN_PASSWORD: PASSWORD },
      });
      const all = await runDrydock(['verify', `${repository}:1`, '--key', place('cosign.pub'), '-f', 'json']);
      const verify = (type: string): string =>
        cosign(
          'verify-attestation',
          '--key',
          'cosign.pub',
          '--insecure-ignore-tlog',
          '--allow-http-registry',
          '--type',
          type,
          `${repository}@${digest}`,
        );

      const outcomes = (text: string) =>
        JSON.parse(text).results.map((one: { kind: string; outcome: string; predicateType?: string }) => [
          one.kind,
          one.outcome,
          one.predicateType,
        ]);
      const signature = ['signature', 'verified', undefined];
      const spdx = ['attestation', 'verified', 'https://spdx.dev/Document'];
      expect(outcomes(theirs.stdout)).toEqual([signature, spdx]);
      expect(attested).toMatchObject({ status: 0, stdout: expect.stringContaining(digest) });
      expect(outcomes(all.stdout).toSorted()).toEqual([
        ['attestation', 'verified', 'https://cyclonedx.org/bom'],
        spdx,
        signature,
      ]);
      const payload = JSON.parse(Buffer.from(JSON.parse(verify('cyclonedx')).payload, 'base64').toString());
      expect(payload).toMatchObject({
        subject: [{ digest: { sha256: digest.slice(7) } }],
        predicate: { bomFormat: 'CycloneDX' },
      });
      expect(JSON.parse(Buffer.from(JSON.parse(verify('spdxjson')).payload, 'base64').toString())).toMatchObject({
        predicateType: 'https://spdx.dev/Document',
      });
    });
  },
);
