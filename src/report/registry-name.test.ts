import { describe, expect, it } from 'vitest';
import { makeReport } from '../../test/support/report.ts';
import { readTrivy } from '../formats/trivy/read.ts';
import { grypeJson } from './grype-json.ts';
import { registryNames } from './registry-name.ts';
import { trivyJson } from './trivy-json.ts';

const own = `sha256:${'d'.repeat(64)}`;
const other = `sha256:${'e'.repeat(64)}`;
const options = { width: 80, colour: false };

describe('names of an image in a registry', () => {
  it.each([
    ['debian', ['debian:latest'], [`debian@${own}`]],
    ['debian:12', ['debian:12'], [`debian@${own}`]],
    ['docker.io/library/debian:12', ['debian:12'], [`debian@${own}`]],
    ['index.docker.io/org/app:1', ['org/app:1'], [`org/app@${own}`]],
    ['ghcr.io/org/app:1', ['ghcr.io/org/app:1'], [`ghcr.io/org/app@${own}`]],
    ['localhost:5000/library/app', ['localhost:5000/library/app:latest'], [`localhost:5000/library/app@${own}`]],
    [`ghcr.io/org/app@${other}`, [], [`ghcr.io/org/app@${other}`]],
    [`ghcr.io/org/app:1@${other}`, ['ghcr.io/org/app:1'], [`ghcr.io/org/app@${other}`]],
    [undefined, [], []],
  ])('of %s', (name, tags, digests) => {
    const report = makeReport({
      view: {
        image: { reference: 'build/app.tar', ...(name === undefined ? { claimed: { names: ['a:1'] } } : { name }) },
      },
    });
    expect(registryNames(report)).toEqual({ tags, digests });

    const { Metadata } = JSON.parse(trivyJson.render([report], options));
    expect([Metadata.RepoTags ?? [], Metadata.RepoDigests ?? []]).toEqual([tags, digests]);
    const { source } = JSON.parse(grypeJson.render([report], options));
    expect([source.target.tags, source.target.repoDigests]).toEqual([tags, digests]);
  });

  it('has no digest where nobody tells one, or only a file does', () => {
    const { digest: _, ...image } = makeReport({ view: { image: { name: 'example:1' } } }).image;
    expect(registryNames({ image })).toEqual({ tags: ['example:1'], digests: [] });
    const claimed = { ...image, digest: own, claimed: { digests: true as const } };
    expect(registryNames({ image: claimed })).toEqual({ tags: ['example:1'], digests: [] });
  });

  it('is read by our reader of Trivy', () => {
    const report = makeReport({ view: { image: { name: 'ghcr.io/org/app:1' } } });
    const { subject } = readTrivy(Buffer.from(trivyJson.render([report], options)), { components: 1000 });
    expect(JSON.stringify(subject)).toContain(own);
  });
});
