/** The load generator that both sides get: keep-alive connections that post prepared bodies one after another. */
import { Agent, request } from 'node:http';

export type Load = { requests: number; observations: number; seconds: number; failures: number };

/**
 * Posts bodies over `connections` keep-alive connections until they are used up.
 * @returns what was acknowledged, and in how many seconds
 */
export async function post(options: {
  port: number;
  path: string;
  headers: Record<string, string>;
  connections: number;
  bodies: () => { text: string; observations: number } | null;
}): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: options.connections });
  const result: Load = { requests: 0, observations: 0, seconds: 0, failures: 0 };
  const started = performance.now();
  const worker = async (): Promise<void> => {
    for (let body = options.bodies(); body; body = options.bodies()) {
      const status = await send(agent, options, body.text);
      if (status >= 200 && status < 300) {
        result.requests += 1;
        result.observations += body.observations;
      } else result.failures += 1;
    }
  };
  await Promise.all(Array.from({ length: options.connections }, worker));
  result.seconds = (performance.now() - started) / 1000;
  agent.destroy();
  return result;
}

function send(
  agent: Agent,
  options: { port: number; path: string; headers: Record<string, string> },
  text: string,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const call = request(
      {
        agent,
        host: '127.0.0.1',
        port: options.port,
        path: options.path,
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), ...options.headers },
      },
      (answer) => {
        answer.resume();
        answer.on('end', () => resolve(answer.statusCode ?? 0));
      },
    );
    call.on('error', reject);
    call.end(text);
  });
}
