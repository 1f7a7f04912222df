import { type CompletionCommand, commandSteps, flagsWithValue, type Offer, spellingsOf } from './grammar.ts';
import { functionName, quoteWord } from './names.ts';

/** Names of the functions that fill COMPREPLY, and calls of them. */
class Calls {
  readonly one: string;
  readonly list: string;
  readonly format: string;
  readonly output: string;

  constructor(main: string) {
    this.one = `${main}_offer`;
    this.list = `${main}_offer_list`;
    this.format = `${main}_offer_format`;
    this.output = `${main}_offer_output`;
  }

  to(offer: Offer): string {
    switch (offer.kind) {
      case 'nothing':
        return ':';
      case 'files':
        return 'compopt -o default';
      case 'folders':
        return 'compopt -o dirnames';
      case 'one':
        return `${this.one} ${offer.of.map(quoteWord).join(' ')}`;
      case 'list':
        return `${this.list} ${offer.of.map(quoteWord).join(' ')}`;
      case 'formats':
        return `${this.format} ${offer.of.map(quoteWord).join(' ')}`;
      case 'outputs':
        return `${this.output} ${offer.of.map(quoteWord).join(' ')}`;
    }
  }
}

/** What is offered where: `'scan:--db') compopt -o default ;;`. The same offers stand together. */
function cases(offers: readonly (readonly [pattern: string, call: string])[]): string {
  const groups = Map.groupBy(offers, ([, call]) => call);
  return [...groups]
    .map(([call, group]) => `      ${group.map(([pattern]) => pattern).join(' | ')}) ${call} ;;`)
    .join('\n');
}

/** Values of flags by `COMMAND:FLAG`. */
function valueCases(commands: readonly CompletionCommand[], calls: Calls): string {
  return cases(
    commands.flatMap(({ path, flags }) =>
      flags.flatMap((flag) => {
        const { value } = flag;
        if (value === undefined || value.offer.kind === 'nothing') return [];
        return spellingsOf(flag).map((s) => [quoteWord(`${path.join(' ')}:${s}`), calls.to(value.offer)] as const);
      }),
    ),
  );
}

/** Words by `COMMAND:NUMBER`; the last one of a command may stand for all that follow. */
function wordCases(commands: readonly CompletionCommand[], calls: Calls): string {
  return cases(
    commands.flatMap(({ path, children, words }) => {
      const name = path.join(' ');
      const own = words.map(
        ({ several, offer }, i) => [several ? `${quoteWord(`${name}:`)}*` : quoteWord(`${name}:${i}`), offer] as const,
      );
      const first = [quoteWord(`${name}:0`), { kind: 'one', of: children.map((child) => child.name) }] as const;
      return [...(children.length > 0 ? [first] : []), ...own]
        .filter(([, { kind }]) => kind !== 'nothing')
        .map(([pattern, offer]) => [pattern, calls.to(offer)] as const);
    }),
  );
}

function flagCases(commands: readonly CompletionCommand[], calls: Calls): string {
  return cases(
    commands.map(({ path, flags }) => [
      quoteWord(path.join(' ')),
      `${calls.one} ${flags.flatMap(spellingsOf).join(' ')}`,
    ]),
  );
}

/**
 * Completion for bash 4 and newer; needs no other package. readline breaks words at `=` and `:` as well, so the function
 * joins them again, and offers only what is missing behind the last of these.
 */
export function bashCompletion(commands: readonly CompletionCommand[], program: string): string {
  const main = functionName(program);
  const calls = new Calls(main);
  return `# bash completion of ${program}

# Offers those of the given words that begin with $value.
${calls.one}() {
  local word
  for word; do
    if [[ $word == "$value"* ]]; then COMPREPLY+=("\${word#"$skipped"}"); fi
  done
}

# The same for the last part of a list with commas, without what the list has already.
${calls.list}() {
  local head= word
  local -a rest=()
  if [[ $value == *,* ]]; then head=\${value%,*},; fi
  for word; do
    if [[ ",$head" != *",$word,"* ]]; then rest+=("$head$word"); fi
  done
  compopt -o nospace
  ${calls.one} "\${rest[@]}"
}

# Offers the given words, and files behind WORD=.
${calls.format}() {
  if [[ $value == *=* ]]; then compopt -o default; else ${calls.one} "$@"; fi
}

# Offers WORD=, and files behind that.
${calls.output}() {
  if [[ $value == *=* ]]; then
    compopt -o default
  else
    compopt -o nospace
    ${calls.one} "\${@/%/=}"
  fi
}

${main}() {
  local -a words=()
  local word glue=
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD}"; do
    if [[ \${#words[@]} -gt 0 && ( -n $glue || $word == [=:]* ) ]]; then
      words[\${#words[@]}-1]+=$word
    else
      words+=("$word")
    fi
    if [[ $word == *[=:] ]]; then glue=1; else glue=; fi
  done
  local current=\${words[\${#words[@]}-1]} tail=\${COMP_WORDS[COMP_CWORD]}
  if [[ $tail == [=:]* ]]; then tail=; fi

  local command= flag= only_words= count=0 i
  for ((i = 0; i < \${#words[@]} - 1; i++)); do
    word=\${words[i]}
    if [[ -n $flag ]]; then
      flag=
      continue
    fi
    if [[ -z $only_words ]]; then
      case $word in
        --) only_words=1; continue ;;
        ${flagsWithValue(commands).join(' | ')}) flag=$word; continue ;;
        -?*) continue ;;
      esac
    fi
    case "$count$command $word" in
      ${commandSteps(commands)
        .map((step) => quoteWord(`0${step}`))
        .join(' | ')}) command=\${command:+$command }$word ;;
      *) count=$((count + 1)) ;;
    esac
  done

  local value=$current
  if [[ -z $flag && -z $only_words && $current == --*=* ]]; then
    flag=\${current%%=*}
    value=\${current#*=}
  fi
  local skipped=\${value%"$tail"}
  COMPREPLY=()
  if [[ -n $flag ]]; then
    case "$command:$flag" in
${valueCases(commands, calls)}
    esac
  elif [[ -z $only_words && $current == -* ]]; then
    case $command in
${flagCases(commands, calls)}
    esac
  else
    case "$command:$count" in
${wordCases(commands, calls)}
    esac
  fi
}

complete -F ${main} ${program}
`;
}
