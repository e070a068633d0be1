import * as http from 'node:http';
import * as https from 'node:https';

/** What speaks to a server at the address. */
export const protocolOf = (apiUrl: string): typeof http | typeof https => (apiUrl.startsWith('https:') ? https : http);
