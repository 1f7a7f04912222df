// Scripts that ask the program at each Tab: `completion complete -- WORD...` answers with the kind on a first line, and
// then a word and its description, with a tab between them, on each.

/**
 * For bash 4 and newer; needs no other package. readline breaks words at `=` and `:` as well, so the function joins them
 * again, and offers only what is missing behind the last of these.
 */
const bash = `# bash completion of PROGRAM
FUNCTION() {
  local -a words=()
  local word glue= kind
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
  COMPREPLY=()
  {
    read -r kind
    while IFS=$'\\t' read -r word _; do COMPREPLY+=("\${word#"\${current%"$tail"}"}"); done
  } < <("\${1/#'~/'/$HOME/}" completion complete -- "\${words[@]}" 2>/dev/null </dev/null)
  case $kind in
    files) compopt -o default ;;
    folders) compopt -o dirnames ;;
    nospace) compopt -o nospace ;;
  esac
}
complete -F FUNCTION PROGRAM
`;

/** Kept as a file of `$fpath` it completes when it is first called; read by `source`, after compinit, it registers itself. */
const zsh = `#compdef PROGRAM
# zsh completion of PROGRAM
FUNCTION() {
  local line kind
  local -a lines offered shown
  lines=("\${(@f)$(\${~words[1]} completion complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null </dev/null)}")
  kind=$lines[1]
  for line in "\${(@)lines[2,-1]}"; do
    offered+=("\${line%%$'\\t'*}")
    shown+=("\${line/$'\\t'/ -- }")
  done
  shown=("\${(@)shown% -- }")
  if (( $#offered )); then
    if [[ $kind == nospace ]]; then
      compadd -S '' -l -d shown -a offered
    else
      compadd -l -d shown -a offered
    fi
  fi
  if [[ $kind == files || $kind == folders ]]; then
    compset -P '*[=:]'
    if [[ $kind == files ]]; then _files; else _files -/; fi
  fi
}
if [[ $funcstack[1] == FUNCTION ]]; then
  FUNCTION "$@"
else
  compdef FUNCTION PROGRAM
fi
`;

/** For fish 3 and newer. */
const fish = `# fish completion of PROGRAM
function _FUNCTION
    set -l typed (commandline -opc)
    set -l current (commandline -ct)
    set -l lines ($typed[1] completion complete -- $typed[2..] "$current" 2>/dev/null </dev/null)
    printf '%s\\n' $lines[2..]
    set -l head (string match -r -- '^.*[=:]' "$current")
    switch "$lines[1]"
        case files
            for file in (__fish_complete_path (string replace -- "$head" '' "$current"))
                printf '%s\\n' "$head$file"
            end
        case folders
            for folder in (__fish_complete_directories (string replace -- "$head" '' "$current") '')
                printf '%s\\n' "$head$folder"
            end
    end
end
complete -c PROGRAM -f -a '(_FUNCTION)'
`;

/** What makes each shell complete the program. */
export const shellScripts: ReadonlyMap<string, string> = new Map([
  ['bash', bash],
  ['zsh', zsh],
  ['fish', fish],
]);
