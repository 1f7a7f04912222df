#!/usr/bin/env node
// Plain JavaScript that any Node.js can link: it must be able to say that the Node.js is too old.
import module from 'node:module';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 12)) {
  process.stderr.write(
    `drydock needs Node.js 24.12 or newer; this is ${process.version}.\nIn a checkout, ./drydock uses the Node.js that npm ci installs.\n`,
  );
  process.exit(69);
}
module.enableCompileCache();
await import('../dist/cli/main.js');
