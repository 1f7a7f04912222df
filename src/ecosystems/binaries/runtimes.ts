import type { Program } from './program.ts';

/** Interpreters, runtimes and compilers. */
export const runtimes: readonly Program[] = [
  {
    name: 'chromium',
    files: ['chromium', 'chrome'],
    marks: ['\0{50+.0.1000+.1+}\0'],
    needs: 'chromium',
    licence: 'BSD-3-Clause',
  },
  { name: 'erlang', files: ['beam.smp'], marks: ['\0{17+.*.*?.*?.*?}\0'], needs: 'Erlang', licence: 'Apache-2.0' },
  {
    name: 'firefox',
    files: ['libxul.so'],
    marks: ['\0{60+.*.*? esr!}\0', '\0{60+.*.*?}\0'],
    needs: 'Firefox',
    licence: 'MPL-2.0',
  },
  {
    name: 'gcc',
    files: ['gcc', 'cpp'],
    marks: ['onlinedocs/gcc-{*.*.*}/'],
    licence: 'GPL-3.0-or-later WITH GCC-exception-3.1',
  },
  { name: 'ghc', files: ['ghc', 'ghc-pkg'], marks: ['-ghc{*.*.*}.so\0'], licence: 'BSD-3-Clause' },
  {
    name: 'node',
    files: ['node', 'nodejs', 'libnode.so'],
    marks: ['/download/release/v{*.*.*}/', 'node.js/v{*.*.*}'],
    licence: 'MIT',
  },
  {
    name: 'perl',
    files: ['perl', 'libperl.so'],
    marks: ['/perl5/{5.*.*}', '/perl/{5.*.*}'],
    licence: 'Artistic-1.0-Perl OR GPL-1.0-or-later',
  },
  {
    name: 'php',
    files: ['php', 'php-fpm', 'php-cgi', 'libphp.so'],
    marks: ['X-Powered-By: PHP/{*.*.*}'],
    licence: 'PHP-3.01',
  },
  {
    name: 'pypy',
    files: ['libpypy3.[7-15]-c.so', 'libpypy3-c.so', 'libpypy-c.so', 'pypy'],
    marks: ['[PyPy {*.*.*}'],
    licence: 'MIT',
  },
  {
    name: 'python',
    files: ['python', 'libpython.so'],
    marks: ['\0{3.*.*}\0', '\0{2.7.*}\0'],
    needs: 'PYTHONHOME',
    // Of the Unicode data that the names of domains are held to.
    others: ['3.2.0'],
    licence: 'PSF-2.0',
  },
  { name: 'ruby', files: ['ruby', 'libruby.so'], marks: ['\0ruby {*.*.*}'], licence: 'Ruby OR BSD-2-Clause' },
  {
    name: 'rust',
    files: ['rustdoc', 'librustc_driver.so', 'libstd.so'],
    marks: ['rustc version {1.*.*} (', '/rustc-{1.*.*}/'],
    licence: 'MIT OR Apache-2.0',
  },
];
