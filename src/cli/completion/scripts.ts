export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/**
 * What a shell needs to ask `catalog __complete -- WORDS…`: the last word is the one being completed. The answer is one
 * `candidate<tab>description` a line, then a line with what else fits: `:files`, `:folders` or `:nothing`.
 */
export function completionScript(shell: Shell, program: string): string {
  const quoted = `'${program.replaceAll("'", "'\\''")}'`;
  return scripts[shell].replaceAll('PROGRAM', () => quoted);
}

const scripts: Readonly<Record<Shell, string>> = {
  bash: `# bash completion of catalog; load it with: source <(catalog completion bash)
_catalog_complete() {
  local typed="\${COMP_LINE:0:COMP_POINT}" line current prefix
  local -a words
  # bash breaks words at : and =, names may hold them: split at blanks, and give back only what follows.
  read -ra words <<< "$typed"
  [[ "$typed" == *[[:space:]] ]] && words+=("")
  current="\${words[-1]}"
  prefix="\${current%"\${current##*[:=]}"}"
  COMPREPLY=()
  while IFS= read -r line; do
    case "$line" in
      :files) compopt -o default ;;
      :folders) compopt -o dirnames ;;
      :*) ;;
      *) line="\${line%%$'\\t'*}"; COMPREPLY+=("\${line#"$prefix"}") ;;
    esac
  done < <(PROGRAM __complete -- "\${words[@]:1}" 2>/dev/null)
}
complete -F _catalog_complete catalog
`,
  zsh: `#compdef catalog
# zsh completion of catalog; load it with: source <(catalog completion zsh)
_catalog() {
  local line
  local -a candidates
  for line in "\${(@f)$(PROGRAM __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    case "$line" in
      :files) _files; return ;;
      :folders) _files -/; return ;;
      :*|'') ;;
      *) candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}") ;;
    esac
  done
  _describe 'catalog' candidates
}
(( $+functions[compdef] )) && compdef _catalog catalog
`,
  fish: `# fish completion of catalog; load it with: catalog completion fish | source
function __catalog_complete
  set -l typed (commandline -opc)
  set -l current (commandline -ct)
  set -l answer (PROGRAM __complete -- $typed[2..-1] "$current" 2>/dev/null)
  string match -v -r '^:' -- $answer
  if contains -- :files $answer; or contains -- :folders $answer
    __fish_complete_path "$current"
  end
end
complete -c catalog -f -a '(__catalog_complete)'
`,
};
