import { type InertSample, samples } from './sample.ts';

const { raw } = String;
const perl = '#!/usr/bin/perl\nexit;\n';
const python = 'raise SystemExit\nimport os\n';
const shell = '#!/bin/sh\nexit\n';
const node = 'return;\n';

/** Web scripts of Perl, Python, shell, Node, Ruby, Lua. */
export const scriptSamples: readonly InertSample[] = samples(
  [
    'perl-cgi-command',
    raw`${perl}use CG¦I; sys¦tem($q->par¦am('none') && '');`,
    raw`${perl}use CG¦I; sys¦tem('uptime'); $q->par¦am('none');`,
  ],
  [
    'perl-cgi-console',
    raw`${perl}$ENV{'QUERY¦_STRING'}; sub Perform¦Login {} sub Execute¦Command {} sub Send¦FileToBrowser {}`,
    raw`${perl}$ENV{'QUERY¦_STRING'}; sub Perform¦Login {}`,
  ],
  [
    'perl-shell-bot',
    raw`${perl}use IO::Soc¦ket; fo¦rk; print "PRIV¦MSG $a"; sub udp¦flood {}`,
    raw`${perl}use IO::Soc¦ket; fo¦rk; print "HELO $a";`,
  ],
  [
    'perl-cgi-runs',
    raw`${perl}$ENV{'QUERY¦_STRING'}; sys¦tem("$none");`,
    raw`${perl}$ENV{'QUERY¦_STRING'}; sys¦tem("uptime");`,
  ],
  [
    'python-cgi-command',
    raw`${python}import cg¦i
os.pop¦en(form.getva¦lue('cmd') and '')`,
    raw`${python}import cg¦i
print(form.getva¦lue('name'))`,
  ],
  [
    'python-decoded-exec',
    raw`${python}ex¦ec(base64.b64de¦code('${'QUJD'.repeat(12)}'))`,
    raw`${python}print(base64.b64de¦code('${'QUJD'.repeat(12)}'))`,
  ],
  ['shell-cgi-command', raw`${shell}ev¦al "$QUERY¦_STRING"`, raw`${shell}echo "$QUERY¦_STRING"`],
  [
    'node-request-command',
    raw`${node}require('child¦_process').ex¦ec(req.que¦ry.none && '');`,
    raw`${node}require('child¦_process').ex¦ec('uptime');`,
  ],
  [
    'ruby-cgi-command',
    raw`exit
require 'cg¦i'
sys¦tem(cg¦i['none'] && '')`,
    raw`exit
require 'cg¦i'
sys¦tem('uptime')`,
  ],
  [
    'lua-request-command',
    raw`os.exit()
os.exec¦ute(ngx¦.var.arg_none and '')`,
    raw`os.exit()
os.exec¦ute('uptime') return ngx¦.var.arg_none`,
  ],
);
