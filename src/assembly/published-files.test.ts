import { describe, expect, it } from 'vitest';
import { isPublished } from './published-files.ts';

describe('isPublished', () => {
  it.each([
    ['npm', 'app/node_modules/a/index.js', true],
    ['npm', 'app/node_modules/a/dist/a.min.js.map', true],
    ['npm', 'app/node_modules/a/README.md', true],
    ['npm', 'app/node_modules/a/shell.php', false],
    ['npm', 'app/node_modules/a/setup.py', false],
    ['npm', 'app/node_modules/a/.env', false],
    ['npm', 'app/node_modules/a/.npmrc', false],
    ['npm', 'app/node_modules/a/server.key', false],
    ['npm', 'app/node_modules/a/credentials.json', false],
    ['npm', 'app/node_modules/a/bin/run', false],
    ['npm', 'app/node_modules/a/.js', false],
    ['pypi', 'usr/lib/python3/site-packages/a/views.PY', true],
    ['pypi', 'usr/lib/python3/site-packages/a/local_settings.py', false],
    ['pypi', 'usr/lib/python3/site-packages/a/c99.php', false],
    ['gem', 'usr/lib/ruby/gems/3.0.0/gems/a-1/lib/a.rb', true],
    ['composer', 'var/www/vendor/a/b/src/C.php', true],
    ['composer', 'var/www/vendor/a/b/wp-config.php', false],
    ['', 'var/www/vendor/c99.php', false],
    ['generic', 'opt/java/lib/a.so', false],
  ])('%s %s: %s', (type, path, expected) => {
    expect(isPublished(type, path.slice(path.lastIndexOf('/') + 1), () => path)).toBe(expected);
  });
});
