/** Programs that read commands for a shell. */
export const shellNames: RegExp = /^(?:sh|bash|dash|ash|zsh|ksh|mksh|rbash|fish|busybox)$/;

/** Programs that run what they read, or what they are given as a file. */
export const interpreterNames: RegExp =
  /^(?:sh|bash|dash|ash|zsh|ksh|mksh|rbash|fish|busybox|pwsh|powershell|python[\d.]*|pypy[\d.]*|perl[\d.]*|ruby[\d.]*|node|nodejs|deno|bun|php[\d.]*|lua[\d.]*|luajit|tclsh[\d.]*|Rscript|osascript)$/;

/** What runs a file within the shell. */
export const sourcingNames: RegExp = /^(?:source|\.)$/;

/** What a command of words prints. */
export const printingNames: RegExp = /^(?:echo|printf)$/;
