/** Where a person ends: the address that the provider sends the browser to, or the page that it shows at last. */
export interface Arrival {
  readonly url: string;
  /** Empty when the address is not the provider's: it has not been asked. */
  readonly page: string;
}

const MAX_STEPS = 20;

/**
 * Plays a person with a browser: follows redirects, keeps cookies and submits each form that the provider shows with
 * `answers` filled in, until it is sent elsewhere or there is no more form.
 */
export async function browse(start: string, answers: Readonly<Record<string, string>>): Promise<Arrival> {
  const cookies = new Map<string, string>();
  const { origin } = new URL(start);
  let request: { readonly url: string; readonly form?: URLSearchParams } = { url: start };
  for (let step = 0; step < MAX_STEPS; step++) {
    const { url, form } = request;
    if (new URL(url).origin !== origin) return { url, page: '' };
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '), connection: 'close' },
      ...(form !== undefined && { method: 'POST', body: form }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    const page = await response.text();
    const location = response.headers.get('location');
    const next = location === null ? formOf(page, url, answers) : { url: new URL(location, url).href };
    if (next === undefined) return { url, page };
    request = next;
  }
  throw new Error(`no end after ${MAX_STEPS} pages from ${start}`);
}

/** The page's form, filled in. */
function formOf(
  page: string,
  url: string,
  answers: Readonly<Record<string, string>>,
): { readonly url: string; readonly form: URLSearchParams } | undefined {
  const action = /<form[^>]*\saction="([^"]*)"/.exec(page)?.[1];
  if (action === undefined) return undefined;
  const form = new URLSearchParams();
  for (const [input] of page.matchAll(/<input[^>]*>/g)) {
    const name = /\sname="([^"]*)"/.exec(input)?.[1];
    const value = /\svalue="([^"]*)"/.exec(input)?.[1] ?? '';
    if (name !== undefined) form.set(name, answers[name] ?? value);
  }
  return { url: new URL(action, url).href, form };
}
