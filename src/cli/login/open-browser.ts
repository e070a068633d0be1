import { spawn } from 'node:child_process';

/** Opens an address in the person's browser; where that fails, the address that was printed is still there. */
export function openBrowser(url: string): void {
  const [command, ...before] = opener();
  const child = spawn(command, [...before, url], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}

function opener(): [string, ...string[]] {
  switch (process.platform) {
    case 'darwin':
      return ['open'];
    case 'win32':
      return ['rundll32', 'url.dll,FileProtocolHandler'];
    default:
      return ['xdg-open'];
  }
}
