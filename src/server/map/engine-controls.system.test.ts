import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineWith, runningEngines, whyNoContainers } from '../../../test/support/both-engines.ts';
import type { RealEngine } from '../../../test/support/real-engines.ts';
import { readJson } from '../../net/container-engine/answers.ts';
import {
  createContainer,
  inspectContainer,
  removeContainer,
  startContainer,
} from '../../net/container-engine/containers.ts';
import type { Engine } from '../../net/container-engine/engine.ts';
import { jsonBody } from '../../net/container-engine/requests.ts';
import { type EngineControls, engineControls } from './engine-controls.ts';

const IMAGE = 'docker.io/example/controls:1';

// Writes a line that a terminal would obey, one to each channel, one that is too long, and more than is told.
const script = `
trap 'exit 0' TERM
i=0; while [ $i -lt 600 ]; do echo "line $i"; i=$((i+1)); done
sleep 0.2
printf '\\033[31mred\\033[0m\\n'
echo wrong >&2
sleep 0.2
head -c 5000 /dev/zero | tr '\\0' x; echo
while :; do sleep 0.1; done`;

for (const one of runningEngines) {
  const missing = whyNoContainers(one.program);
  describe.skipIf(missing !== undefined)(
    `controls of containers of ${one.title}${missing ? `: ${missing}` : ''}`,
    () => {
      let real: RealEngine;
      let engine: Engine;
      let controls: EngineControls;
      let id: string;
      const status = async () => (await inspectContainer(engine, id)).status;

      beforeAll(async () => {
        ({ real, engine } = await engineWith(one, { tag: IMAGE, config: { Cmd: ['sh'] } }));
        controls = engineControls(engine, 'a');
        ({ id } = await createContainer(engine, { image: IMAGE, network: 'none', command: ['sh', '-c', script] }));
        await startContainer(engine, id);
      });
      afterAll(async () => {
        if (id !== undefined) await removeContainer(engine, id);
        await real?.stop();
      });

      it('tell the last lines, each of its channel, escaped and bounded', async () => {
        let lines: readonly { readonly stream: string; readonly text: string }[] = [];
        // The engine writes down both channels in its own time.
        const has = (begin: string): boolean => lines.some(({ text }) => text.startsWith(begin));
        while (!has('xxx') || !has('wrong')) ({ lines = [] } = await controls.act('logs', id));
        expect(lines.length).toBeLessThanOrEqual(500);
        expect(lines).toContainEqual({ stream: 'stdout', text: '\\x1b[31mred\\x1b[0m' });
        expect(lines).toContainEqual({ stream: 'stderr', text: 'wrong' });
        expect(lines).toContainEqual({ stream: 'stdout', text: 'line 599' });
        expect(lines.some(({ text }) => text === 'line 1')).toBe(false);
        expect(Math.max(...lines.map(({ text }) => text.length))).toBeLessThanOrEqual(2002);
      });

      it('pause, go on, stop, start and start again', async () => {
        await controls.act('pause', id);
        expect(await status()).toBe('paused');
        await controls.act('unpause', id);
        expect(await status()).toBe('running');
        const { startedAt } = await inspectContainer(engine, id);
        await controls.act('restart', id);
        const again = await inspectContainer(engine, id);
        expect([again.status, again.startedAt !== startedAt]).toEqual(['running', true]);
        await controls.act('stop', id);
        expect(await status()).toBe('exited');
        await controls.act('start', id);
        expect(await status()).toBe('running');
      });

      it('start again what is removed at its end, and keep it', async () => {
        const settings = {
          Image: IMAGE,
          Cmd: ['sh', '-c', script],
          HostConfig: { AutoRemove: true, NetworkMode: 'none' },
        };
        const response = await engine.request({ method: 'POST', path: '/containers/create', ...jsonBody(settings) });
        const { Id: own } = (await readJson(response, engine.name)) as { Id: string };
        await startContainer(engine, own);
        await controls.act('restart', own);
        expect((await inspectContainer(engine, own)).status).toBe('running');
        await controls.act('stop', own);
      });

      it('say why they cannot', async () => {
        await expect(controls.act('logs', 'f'.repeat(64))).rejects.toMatchObject({ failure: 'absent' });
        await expect(controls.act('unpause', id)).rejects.toThrow(/./);
      });
    },
  );
}
