import { describe, expect, it } from 'vitest';
import { lineOfPath } from './yaml-lines.ts';

const yaml = `# a comment
server:

  # another
  listen: 127.0.0.1:1
  "client-ca": x
clair:
  api: # here
    port: 1
    timeout: 2
  notifier:
    http:
      timeout: 3
other: {listen: x}
`;

describe('lineOfPath', () => {
  it.each<[string[], number | undefined]>([
    [['server'], 2],
    [['server', 'listen'], 5],
    [['server', 'client-ca'], 6],
    [['clair', 'api', 'port'], 9],
    [['clair', 'notifier', 'http', 'timeout'], 13],
    [['other', 'listen'], 14],
    [['server', 'port'], 2],
    [['api'], undefined],
    [['nothing', 'listen'], undefined],
  ])('%j: %s', (path, line) => {
    expect(lineOfPath(yaml, path)).toBe(line);
  });
});
