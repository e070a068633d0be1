import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { parentPort, workerData } from 'node:worker_threads';

/** Sends the same request again and again over one connection, from a thread of its own; gives the answers. */
const { url, headers, body, times } = workerData as {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly times: number;
};
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const ask = (): Promise<string> =>
  new Promise((resolve, reject) => {
    const asked = request(
      url,
      { agent, method: 'POST', headers },
      (response) => void text(response).then(resolve, reject),
    );
    asked.once('error', reject);
    asked.end(body);
  });
const answers: string[] = [];
for (let asked = 0; asked < times; asked++) answers.push(await ask());
agent.destroy();
parentPort?.postMessage(answers);
