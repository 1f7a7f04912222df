import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { dockerArchive, layer } from '../../../test/support/image.ts';
import { debianLayer } from '../../../test/support/root-file-systems.ts';
import { runDrydock } from '../../../test/support/run.ts';
import { sbomErrors } from '../../../test/support/sbom-schemas.ts';
import { temporaryFolder, writeTemporary } from '../../../test/support/temporary.ts';
import { exitStatus } from '../../errors.ts';

const image = writeTemporary('image.tar', dockerArchive({ layers: [debianLayer()] }));

describe('drydock sbom', () => {
  it.each(['cyclonedx', 'cyclonedx-1.6', 'cyclonedx-1.7', 'spdx'])('writes %s', async (format) => {
    const { status, stdout } = await runDrydock(['sbom', image, '-f', format, '--offline']);

    expect(status).toBe(exitStatus.done);
    expect(sbomErrors(format, stdout)).toEqual([]);
    expect(stdout).toContain('libssl3');
  });

  it('writes CycloneDX where nothing else is asked for, and several formats at once', async () => {
    const file = path.join(temporaryFolder(), 'image.spdx.json');

    const { stdout } = await runDrydock(['sbom', image, '--offline', '-o', `spdx=${file}`]);

    expect(JSON.parse(stdout)).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6' });
    expect(sbomErrors('spdx', readFileSync(file, 'utf8'))).toEqual([]);
  });

  it('gives the same bytes at the same time', async () => {
    const run = () => runDrydock(['sbom', image, '--offline'], { environment: { SOURCE_DATE_EPOCH: '1700000000' } });

    expect((await run()).stdout).toBe((await run()).stdout);
  });

  it('turns a document into another format', async () => {
    const bom = writeTemporary('bom.json', (await runDrydock(['sbom', image, '--offline'])).stdout);

    const { stdout } = await runDrydock(['sbom', `sbom:${bom}`, '-f', 'spdx', '--offline']);

    expect(sbomErrors('spdx', stdout)).toEqual([]);
    expect(JSON.parse(stdout).packages).toHaveLength(7);
  });

  it('does not write over the document that it reads', async () => {
    const bom = writeTemporary('bom.json', '{"bomFormat":"CycloneDX","specVersion":"1.6"}');

    expect((await runDrydock(['sbom', `sbom:${bom}`, '-o', `spdx=${bom}`])).status).toBe(exitStatus.usage);
  });

  it('ends with a status of its own where something is missing and all is required', async () => {
    const bom = writeTemporary('bom.json', '{"bomFormat":"CycloneDX","specVersion":"1.6"}');

    const { status, stderr } = await runDrydock(['sbom', bom, '--require-complete', '--offline']);

    expect(status).toBe(exitStatus.incomplete);
    expect(stderr).toContain('does not say whether it lists everything');
  });

  it('names the file that could not be read, and counts what is too much to tell', async () => {
    const files = Array.from({ length: 23 }, (_, at) => ({
      path: `app/\x1b[31m${at}/node_modules/x/package.json`,
      content: '[]',
    }));
    const damaged = writeTemporary('damaged.tar', dockerArchive({ layers: [layer(files)] }));

    const { stderr } = await runDrydock(['sbom', damaged, '--offline']);

    expect(stderr).toMatch(/is no JSON object.*\[layer 0, app\/\\x1b\[31m0\/node_modules\/x\/package\.json\]/);
    expect(stderr).toMatch(/incomplete: and \d+ more/);
    expect(stderr).not.toContain('\x1b');
  });
});
