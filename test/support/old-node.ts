import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** A Node.js of the system that is too old for us, where there is one. */
export function oldNode(): string | undefined {
  for (const node of ['/usr/bin/node', '/usr/local/bin/node']) {
    if (!existsSync(node)) continue;
    const [major = 0, minor = 0] = execFileSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' })
      .split('.')
      .map(Number);
    if (major < 24 || (major === 24 && minor < 12)) return node;
  }
  return undefined;
}
