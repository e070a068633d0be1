import { parentPort } from 'node:worker_threads';
import { readYaml } from './parse.ts';
import type { Part } from './parts.ts';

/** Reads parts of files, one after the other, away from the service's event loop. */
const port = parentPort;
port?.on('message', (part: Part) => port.postMessage(readYaml(part)));
