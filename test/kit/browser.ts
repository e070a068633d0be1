import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** A real Chromium, without a window. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = places.find(existsSync);
  if (executablePath === undefined)
    throw new Error('the playground is tested in a real Chromium: install Debian’s chromium');
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}
