/**
 * How much a file or a text is for settings of one installation, by what it is called. `own`: kept by a person or a
 * deployment, secrets are expected in it; `settings`: read by a program, and often a template; `source`: written by
 * programmers, where a name without quotes is a variable; `prose`: neither, translations among it.
 */
export type Use = 'own' | 'settings' | 'source' | 'prose';

const own =
  /(?:^|\/)(?:\.env(?:\.[\w.-]+)?|env|[\w.-]+\.env|\.netrc|_netrc|\.pgpass|\.my\.cnf|\.npmrc|\.yarnrc(?:\.yml)?|\.pypirc|\.git-credentials|\.dockercfg|\.docker\/config\.json|\.aws\/\w+|\.s3cfg|\.boto|\.kube\/config|kubeconfig|credentials(?:\.(?:json|ya?ml|ini|toml|xml|csv|properties|txt|db))?|\.?\w*_history|\.bash_profile|\.bashrc|\.profile|\.zshrc|wp-config\.php|(?:docker-)?compose[\w.-]*\.ya?ml|Dockerfile[\w.-]*|Containerfile|terraform\.tfstate(?:\.backup)?|[\w.-]+\.(?:tfvars|tfstate|ovpn|kubeconfig)|auth\.json|hosts\.yml|secrets?\.(?:ya?ml|json|toml|env|properties|ini)|application[\w.-]*\.(?:ya?ml|properties)|local_settings\.py|database\.yml|settings\.xml|\.pip\/pip\.conf|pip\.conf|\.htpasswd|rclone\.conf|chap-secrets|wpa_supplicant[\w-]*\.conf|tomcat-users\.xml|hub|\.fetchmailrc|\.msmtprc|\.mutt\w*rc|\.ftpconfig|sftp-config\.json|sitemanager\.xml|recentservers\.xml|user-data(?:\.txt)?|cloud-init[\w.-]*)$/i;
const settings =
  /\.(?:ini|cfg|conf|cnf|config|properties|ya?ml|toml|json5?|xml|plist|reg|tf|hcl|sh|bash|zsh|fish|ps1|bat|cmd|service|envrc|credentials|secret|key|pem|log|sql|dump|csv|ipynb|http|rest|bak|old|orig|swp|tmp)$|rc$/i;
const source =
  /\.(?:py|pyi|pyx|js|mjs|cjs|jsx|ts|tsx|vue|java|kt|scala|groovy|gradle|go|rs|c|cc|cpp|cxx|h|hh|hpp|m|mm|cs|vb|fs|rb|erb|php\d?|phtml|inc|pl|pm|t|pod|lua|swift|dart|ex|exs|erl|hs|ml|el|lisp|clj|r|jl|sol|asm|s|tcl|as|coffee|jsp|asp|aspx|cfm|ejs|hbs|j2|tmpl|tpl|template|map|html?|xhtml|css|scss|po|pot|mo|md|rst|adoc|tex|texi|info|txt|man|[1-8](?:\.gz)?)$/i;
const prose =
  /\.(?:html?|xhtml|md|rst|adoc|tex|texi|info|man|pod|po|pot|[1-8])(?:\.txt)?$|(?:^|\/)(?:README|CHANGES|CHANGELOG|NEWS|HISTORY)[\w.-]*$|(?:egg|dist)-info\/(?:PKG-INFO|METADATA)$|(?:^|\/)doc\.go$|(?:^|\/)(?:i18n|l10n|lang|locales?|translations?)\/[^!]{1,200}$/i;

/** Logs, also those that were set aside, whose numbers look like those of manuals. */
const log = /\.log[._-][\d._-]{1,20}(?:\.(?:gz|xz|bz2|zst))?$|(?:^|\/)var\/log\/[^!]{1,200}$/i;

/** @param path of a member of an archive, too: the last part counts */
export function useOf(path: string): Use {
  if (last?.path !== path) last = { path, use: judged(path) };
  return last.use;
}

/** All values of a file are asked about with the same path. */
let last: { readonly path: string; readonly use: Use } | undefined;

function judged(path: string): Use {
  if (own.test(path)) return 'own';
  if (log.test(path)) return 'settings';
  if (prose.test(path)) return 'prose';
  if (source.test(path)) return 'source';
  return settings.test(path) || !/\.\w+$/.test(path) ? 'settings' : 'source';
}

/** Languages in which `name: value` is no assignment: it stands in what a programmer wrote about the program. */
export function hasNoColons(path: string): boolean {
  return /\.(?:pyx?|c|cc|cpp|h|hpp|java|cs|php\d?|pl|pm|sh|bash|lua)$/i.test(path);
}

/** Whether a file is there to be copied and filled in. */
export function isTemplateFile(path: string): boolean {
  return /\.(?:sample|example|dist|template|tmpl|tpl|in)$/i.test(path);
}

/** Whether a file is there to show or to test something: what is in it needs more to be taken for real. */
export function isShown(path: string): boolean {
  if (lastShown?.path !== path) lastShown = { path, isShown: shown.test(path) };
  return lastShown.isShown;
}

let lastShown: { readonly path: string; readonly isShown: boolean } | undefined;

const shown =
  /(?:^|\/)(?:docs?|documentation|examples?|samples?|tests?|testing|test[_-]?(?:data|files?|cases?|suites?|vectors?|resources?)|fixtures?|specs?|mocks?|__tests__|demos?|tutorials?|man\d?|molecule|bench(?:es|marks?)?)\/|[\w.-][_-](?:tests?|testing|examples?|samples?)\/|(?:^|\/)(?:swagger|openapi)[\w.-]{0,40}\.(?:ya?ml|json)$|(?:^|[/_.-])(?:tests?|spec|example|sample|mock|fixture)s?[_.-]|[_.-](?:test|spec|example|sample|mock|fixture)s?(?:\.|$)/i;
