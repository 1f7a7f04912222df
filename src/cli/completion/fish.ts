import { type CompletionCommand, type CompletionFlag, commandSteps, flagsWithValue, type Offer } from './grammar.ts';
import { functionName, quoteForFish } from './names.ts';

/** Arguments of `complete` that offer something. */
function offerWords(offer: Offer, main: string): string {
  const of = 'of' in offer ? offer.of.map(quoteForFish).join(' ') : '';
  switch (offer.kind) {
    case 'nothing':
      return '-f';
    case 'files':
      return '-F';
    case 'folders':
      return `-f -a '(__fish_complete_directories)'`;
    case 'one':
      return `-f -a ${quoteForFish(of)}`;
    case 'list':
      return `-f -a ${quoteForFish(`(_${main}_list ${of})`)}`;
    case 'formats':
      return `-f -a ${quoteForFish(`(_${main}_format ${of})`)}`;
    case 'outputs':
      return `-f -a ${quoteForFish(`(_${main}_output ${of})`)}`;
  }
}

/** One flag that several commands have in the same way. */
function flagLine(flag: CompletionFlag, paths: readonly string[], program: string): string {
  const main = functionName(program);
  const { long, short, description, value } = flag;
  const where = quoteForFish(`_${main}_in ${paths.map(quoteForFish).join(' ')}`);
  return [
    `complete -c ${program} -n ${where}`,
    ...(short === undefined ? [] : [`-s ${short.slice(1)}`]),
    `-l ${long.slice(2)}`,
    ...(value === undefined ? ['-f'] : ['-r', offerWords(value.offer, main)]),
    `-d ${quoteForFish(description)}`,
  ].join(' ');
}

function flagLines(commands: readonly CompletionCommand[], program: string): string[] {
  const all = commands.flatMap(({ path, flags }) => flags.map((flag) => ({ path: path.join(' '), flag })));
  const groups = Map.groupBy(all, ({ flag }) => JSON.stringify(flag));
  return [...groups.values()].map((group) =>
    flagLine(
      group[0]!.flag,
      group.map(({ path }) => path),
      program,
    ),
  );
}

function wordLines({ path, children, words }: CompletionCommand, program: string): string[] {
  const main = functionName(program);
  const at = (place: string): string =>
    `complete -c ${program} -n ${quoteForFish(`_${main}_at ${quoteForFish(path.join(' '))} ${place}`)}`;
  return [
    ...children.map(({ name, summary }) => `${at('0')} -f -a ${quoteForFish(name)} -d ${quoteForFish(summary)}`),
    ...words
      .map(({ several, offer }, i) => ({ place: several ? `${i} or more` : String(i), offer }))
      .filter(({ offer }) => offer.kind !== 'nothing')
      .map(({ place, offer }) => `${at(place)} ${offerWords(offer, main)}`),
  ];
}

/** Completion for fish 3 and newer. */
export function fishCompletion(commands: readonly CompletionCommand[], program: string): string {
  const main = functionName(program);
  return `# fish completion of ${program}

# Prints the command that is typed so far and, on a second line, how many words stand behind it.
function _${main}_place
    set -l tokens (commandline -opc)
    set -e tokens[1]
    set -l command ''
    set -l count 0
    set -l skip 0
    set -l only_words 0
    for token in $tokens
        if test $skip = 1
            set skip 0
            continue
        end
        if test $only_words = 0
            switch $token
                case --
                    set only_words 1
                    continue
                case ${flagsWithValue(commands).join(' ')}
                    set skip 1
                    continue
                case -
                case '-*'
                    continue
            end
        end
        switch "$count$command $token"
            case ${commandSteps(commands)
              .map((step) => quoteForFish(`0${step}`))
              .join(' ')}
                set command (string trim -- "$command $token")
            case '*'
                set count (math $count + 1)
        end
    end
    printf '%s\\n' $command $count
end

# Whether one of the given commands is typed.
function _${main}_in
    set -l place (_${main}_place)
    contains -- "$place[1]" $argv
end

# Whether this word of this command is next: _${main}_at COMMAND NUMBER [or more].
function _${main}_at
    set -l place (_${main}_place)
    test "$place[1]" = "$argv[1]"; or return
    if set -q argv[3]
        test $place[2] -ge $argv[2]
    else
        test $place[2] = $argv[2]
    end
end

# What is typed of the value of a flag.
function _${main}_value
    string replace -r -- '^--[^=]*=' '' (commandline -ct)
end

# The given words as the next part of a list with commas, without what the list has already.
function _${main}_list
    set -l head (string replace -r -- '[^,]*$' '' (_${main}_value))
    set -l taken (string split -- , $head)
    for word in $argv
        contains -- $word $taken; or printf '%s\\n' $head$word
    end
end

# WORD=, and files behind that.
function _${main}_output
    set -l parts (string split -m 1 -- = (_${main}_value))
    if set -q parts[2]
        for file in (__fish_complete_path $parts[2])
            printf '%s\\n' $parts[1]=$file
        end
    else
        printf '%s=\\n' $argv
    end
end

# The given words, and files behind WORD=.
function _${main}_format
    if string match -q -- '*=*' (_${main}_value)
        _${main}_output $argv
    else
        printf '%s\\n' $argv
    end
end

complete -c ${program} -f
${[...flagLines(commands, program), ...commands.flatMap((command) => wordLines(command, program))].join('\n')}
`;
}
