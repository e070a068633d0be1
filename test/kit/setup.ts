import { afterAll, afterEach } from 'vitest';
import { failOnUnread } from './unread-errors.ts';

// Runs before each test file, though modules are loaded once for a worker.
afterEach(failOnUnread);
afterAll(failOnUnread);
