import {
  type CompletionCommand,
  type CompletionFlag,
  commandSteps,
  flagsWithValue,
  type Offer,
  spellingsOf,
} from './grammar.ts';
import { functionName, quoteWord } from './names.ts';

/** Text within a specification of `_arguments` or `_describe`: what these would read as syntax is escaped. */
function specText(text: string): string {
  return text.replaceAll(/[\\[\]:]/g, String.raw`\$&`);
}

/** The action of a specification. */
function action(offer: Offer, main: string): string {
  switch (offer.kind) {
    case 'nothing':
      return ' ';
    case 'files':
      return `${main}_files`;
    case 'folders':
      return '_files -/';
    case 'one':
      return `(${offer.of.map(specText).join(' ')})`;
    case 'list':
      return `_sequence compadd - ${offer.of.map(quoteWord).join(' ')}`;
    case 'formats':
      return `${main}_format - ${offer.of.map(quoteWord).join(' ')}`;
    case 'outputs':
      return `${main}_output - ${offer.of.map(quoteWord).join(' ')}`;
  }
}

/** `'(-f --format)'{-f+,--format=}'[how]:FORMAT:(table json)'`, without the braces: one specification a spelling. */
function flagSpecs(flag: CompletionFlag, main: string): readonly string[] {
  const { long, short, description, value, repeatable } = flag;
  const spellings = spellingsOf(flag);
  const before = repeatable ? '*' : spellings.length > 1 ? `(${spellings.join(' ')})` : '';
  const after = value === undefined ? '' : `:${specText(value.name)}:${action(value.offer, main)}`;
  return spellings.map((spelling) => {
    const sign = value === undefined ? '' : spelling === short && spelling !== long ? '+' : '=';
    return quoteSpec(`${before}${spelling}${sign}[${specText(description)}]${after}`);
  });
}

function quoteSpec(spec: string): string {
  return `'${spec.replaceAll("'", `'\\''`)}'`;
}

const commandFunction = (path: readonly string[], main: string): string =>
  path.length === 0 ? `${main}_program` : `${main}__${path.join('__').replaceAll('-', '_')}`;

/** A function that completes behind one command; `$words[1]` is the command. */
function commandDefinition({ path, children, flags, words }: CompletionCommand, main: string): string {
  const first = children.map(({ name, summary }) => quoteSpec(`${specText(name)}:${specText(summary)}`));
  const specs = [
    ...flags.flatMap((flag) => flagSpecs(flag, main)),
    ...(children.length > 0 ? [quoteSpec('1:command:->first')] : []),
    ...words.slice(children.length > 0 ? 1 : 0).map(({ name, several, offer }, i) => {
      const place = several ? '*' : String(i + 1 + (children.length > 0 ? 1 : 0));
      return quoteSpec(`${place}:${specText(name)}:${action(offer, main)}`);
    }),
  ];
  return `${commandFunction(path, main)}() {
  local ret=1 state
  _arguments -s -S : \\
${specs.map((spec) => `    ${spec}`).join(' \\\n')} && ret=0
${
  first.length === 0
    ? ''
    : `  if [[ $state == first ]]; then
    local -a commands=(
${first.map((line) => `      ${line}`).join('\n')}
    )
    _describe -t commands command commands && ret=0
  fi
`
}  return ret
}`;
}

/**
 * Completion for zsh. Where it is kept as a file of `$fpath` it completes when it is first called; where it is read by
 * `source`, after compinit, it registers itself.
 */
export function zshCompletion(commands: readonly CompletionCommand[], program: string): string {
  const main = functionName(program);
  const branches = commands
    .map(({ path }) => `    ${quoteWord(path.join(' '))}) ${commandFunction(path, main)} ;;`)
    .join('\n');
  return `#compdef ${program}
# zsh completion of ${program}

# Files, also behind a scheme: oci-dir:FOLDER.
${main}_files() {
  compset -P '*:'
  _files "$@"
}

# The given words, and files behind WORD=.
${main}_format() {
  if compset -P '*='; then
    _files
  else
    compadd "$@"
  fi
}

# WORD=, and files behind that.
${main}_output() {
  if compset -P '*='; then
    _files
  else
    compadd -q -S = "$@"
  fi
}

${commands.map((command) => commandDefinition(command, main)).join('\n\n')}

${main}() {
  local curcontext=$curcontext command= word skip= i last=1
  for ((i = 2; i < CURRENT; i++)); do
    word=$words[i]
    if [[ -n $skip ]]; then
      skip=
      continue
    fi
    case $word in
      --) break ;;
      ${flagsWithValue(commands).join('|')}) skip=1; continue ;;
      -?*) continue ;;
    esac
    case "$command $word" in
      ${commandSteps(commands).map(quoteWord).join('|')}) command=\${command:+$command }$word last=$i ;;
      *) break ;;
    esac
  done
  if ((last > 1)); then
    words=("$command" "\${(@)words[last+1,-1]}")
    ((CURRENT -= last - 1))
  fi
  case $command in
${branches}
  esac
}

if [[ $funcstack[1] == ${main} ]]; then
  ${main} "$@"
else
  compdef ${main} ${program}
fi
`;
}
