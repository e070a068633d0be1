/** `localhost`, `127.0.0.1`, `[::1]`: names and addresses that never leave this machine. */
export const isLoopback = (host: string): boolean => /^(127\.\d+\.\d+\.\d+|localhost|::1|\[::1\])$/i.test(host);
