import type { Client } from './client.ts';
import { UsageError } from './environment.ts';
import { listKinds, manifestsOf, readTargets } from './get.ts';

const scripts: Readonly<Record<string, string>> = {
  bash: `_catalog() { COMPREPLY=($(catalog __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)); }
complete -F _catalog catalog`,
  zsh: `#compdef catalog
_catalog() { compadd -- $(catalog __complete -- "\${words[@]:1:$((CURRENT-1))}" 2>/dev/null) }
compdef _catalog catalog`,
  fish: `complete -c catalog -f -a '(catalog __complete -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'`,
};

export function completion(shell: string): string {
  const script = scripts[shell];
  if (script === undefined)
    throw new UsageError(`no completion for ${shell}; there is one for ${Object.keys(scripts).join(', ')}`);
  return script;
}

/** What may stand in place of the last word: commands, then kinds, then names of objects. */
export async function complete(
  words: readonly string[],
  commands: readonly string[],
  client: () => Client,
): Promise<string[]> {
  const last = words.at(-1) ?? '';
  const fitting = (candidates: readonly string[]): string[] =>
    candidates.filter((candidate) => candidate.startsWith(last));
  if (words.length <= 1) return fitting(commands);
  const connection = client();
  const kinds = await listKinds(connection);
  const [kind] = last.includes('/') ? [last.split('/')[0]] : words.length > 2 ? [words[1]] : [];
  if (kind === undefined) return fitting(kinds.map(({ plural }) => plural));
  const [target] = readTargets([kind], kinds);
  if (target === undefined) return [];
  const prefix = last.includes('/') ? `${kind}/` : '';
  for await (const page of manifestsOf(connection, target[0].plural, undefined, { bare: true })) {
    return fitting(page.map(({ metadata }) => prefix + metadata.name)); // The first page is plenty to choose from.
  }
  return [];
}
