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

// Not in the system's temporary folder, which is Node's default, nor in a folder that somebody else may change: what
// is compiled is run without another look.
const { lstatSync, mkdirSync, statSync } = process.getBuiltinModule('node:fs');
const { DRYDOCK_CACHE_DIR, XDG_CACHE_HOME, HOME } = process.env;
const base = XDG_CACHE_HOME?.startsWith('/') ? XDG_CACHE_HOME : HOME && `${HOME}/.cache`;
const cache = DRYDOCK_CACHE_DIR || (base && `${base}/drydock`);
if (cache && makeFolder(`${cache}/compiled`) && isOurs(cache)) module.enableCompileCache(`${cache}/compiled`);

await import('../dist/bundle/main.js');

// One by one: where a part of the path is no folder, making them all at once never returns (Node.js 24).
function makeFolder(folder) {
  for (let end = folder.indexOf('/', 1); ; end = folder.indexOf('/', end + 1)) {
    try {
      mkdirSync(end < 0 ? folder : folder.slice(0, end), { mode: 0o700 });
    } catch (error) {
      if (error.code !== 'EEXIST') return false;
    }
    if (end < 0) return true;
  }
}

// As the layer cache is looked at, and the folder around it, where another one could be put in its place.
function isOurs(folder) {
  try {
    const around = statSync(folder);
    const compiled = lstatSync(`${folder}/compiled`);
    const user = process.getuid?.();
    const isPrivate = ({ mode }) => (mode & 0o022) === 0;
    return (
      compiled.isDirectory() &&
      compiled.uid === user &&
      (around.uid === user || around.uid === 0) &&
      isPrivate(compiled) &&
      isPrivate(around)
    );
  } catch {
    return false;
  }
}
