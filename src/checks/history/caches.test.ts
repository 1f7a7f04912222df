import { describe, expect, it } from 'vitest';
import { buildkitHistory } from '../../../test/support/history.ts';
import { judgeWith, makeLayers, makeView } from '../../../test/support/view.ts';
import { isFinding } from '../../model/check.ts';
import type { LayerChanges, ViewFile } from '../../model/view.ts';
import { history } from './index.ts';

const changes: readonly LayerChanges[] = [0, 1, 2].map((layer) => ({
  layer,
  added: 10,
  changed: 0,
  removed: 0,
  bytes: 10,
  hidden: 0,
  again: { files: 0, bytes: 0 },
}));

/** Files of the first layer, and their folders, as the merged view lists them. */
function listOf(paths: readonly string[]): (folder: string) => ViewFile[] {
  return (folder) => {
    const below = paths.filter((path) => path.startsWith(`${folder}/`));
    const names = new Set(below.map((path) => path.slice(folder.length + 1).split('/', 1)[0]!));
    return [...names].map((name) => {
      const path = `${folder}/${name}`;
      const type = paths.includes(path) ? 'file' : 'directory';
      return { path, layer: 0, header: { path, name, type, size: 10, mode: 0o644, uid: 0, gid: 0, offset: 0 } };
    });
  };
}

/** Ids of findings of caches, with the confidence where it is not certain. */
async function caches(file: string, files?: readonly string[]): Promise<readonly string[]> {
  const entries = buildkitHistory(file);
  const layered = entries.filter(({ layerIndex }) => layerIndex !== undefined);
  const view = makeView({
    image: { history: entries, layers: makeLayers(...layered.map(({ instruction }) => instruction)) },
    ...(files !== undefined && { list: listOf(files), changes: () => [...changes] }),
  });
  const said = (await judgeWith(history, view, '2026-06-01T00:00:00Z')).filter(isFinding);
  return said.filter(({ id }) => id.endsWith('-kept')).map(({ id, confidence }) => `${id} ${confidence ?? 'certain'}`);
}

describe('caches, where no file of the layer can be seen', () => {
  it.each([
    ['RUN yum clean all && yum install -y curl', ['yum-cache-kept medium']],
    ['RUN yum install -y curl && yum clean all', []],
    ['RUN yum install -y curl && yum -y clean all', []],
    ['RUN yum install -y curl && yum clean metadata', ['yum-cache-kept medium']],
    ['RUN yum install -y bash && yum clean all && yum install -y zsh', ['yum-cache-kept medium']],
    ['RUN dnf install -y curl && microdnf clean all', ['dnf-cache-kept medium']],
    ['RUN dnf in -y curl && rm -rf /var/cache/dnf', []],
    ['RUN dnf in -y curl && rm -rf /var/cache/*', []],
    ['RUN rm -rf /var/lib/apt/lists/* && apt-get update', ['apt-lists-kept medium']],
    ['RUN apt-get update && rm -rf /var/lib/apt', []],
    ['RUN apt-get update && find /var/lib/apt/lists -type f -delete', []],
    ['RUN apt-get update && rm -rf /var/lib/application', ['apt-lists-kept medium']],
    ['RUN zypper clean && zypper -n in curl', ['zypper-cache-kept medium']],
    ['RUN apk add --no-cache curl', []],
    ['RUN apk update && apk add --no-cache curl', ['apk-cache-kept medium']],
    ['RUN yarn cache clean && yarn install', ['yarn-cache-kept medium']],
    ['RUN pip install flask', ['pip-cache-kept medium']],
    ['RUN pip cache purge && pip install flask', ['pip-cache-kept medium']],
    ['RUN pip install flask && pip cache purge', []],
    ['RUN pip install flask && rm -rf ~/.cache', []],
    ['RUN pip install flask\nRUN rm -rf ~/.cache/pip', ['pip-cache-kept certain']],
    ['ENV PIP_NO_CACHE_DIR=1\nRUN pip install flask', []],
    ['ENV PIP_NO_CACHE_DIR=off\nRUN pip install flask', ['pip-cache-kept medium']],
    ['RUN export PIP_NO_CACHE_DIR=yes && pip install flask', []],
    ['RUN pip install flask && export PIP_NO_CACHE_DIR=yes', ['pip-cache-kept medium']],
    ['ONBUILD RUN --mount=type=cache,target=/root/.cache/pip pip install flask', []],
    ['ONBUILD RUN --mount=type=cache,target=/root/.cache pip install flask', []],
    ['ONBUILD RUN --mount=type=cache,target=/opt/cache pip install flask', ['pip-cache-kept medium']],
    ['ONBUILD RUN --mount=type=cache,target=/var/lib/apt/lists apt-get update', []],
  ])('%j: %j', async (file, told) => {
    expect(await caches(file)).toEqual(told);
  });
});

describe('caches, where the files of the layer can be seen', () => {
  it.each([
    ['RUN pip install flask', ['srv/x'], []],
    ['RUN pip install flask', ['root/.cache/pip/http/x'], ['pip-cache-kept certain']],
    ['RUN pip install flask', ['home/app/.cache/pip/http/x'], ['pip-cache-kept certain']],
    ['RUN pip install flask', ['home/app/work/x'], []],
    ['RUN yarn install', ['usr/local/share/.cache/yarn/v6/x'], ['yarn-cache-kept certain']],
    ['RUN yarn install', ['srv/x'], []],
    ['RUN yum clean all && yum install -y curl', ['var/cache/yum/x'], ['yum-cache-kept certain']],
    ['RUN yum install -y curl', ['srv/x'], []],
  ])('%j with %j: %j', async (file, files, told) => {
    expect(await caches(file, files)).toEqual(told);
  });
});
