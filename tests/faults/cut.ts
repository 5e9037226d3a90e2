/** For tests of faults: a connection to a server that can be cut off and given back, as a network or a server does. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export type Cut = { port: number; cut(): Promise<void>; giveBack(): Promise<void>; close(): Promise<void> };

export async function cuttable(target: { host: string; port: number }): Promise<Cut> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(target);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on('error', () => one.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
    near.pipe(far);
    far.pipe(near);
  });
  const listen = async (port: number): Promise<number> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    return typeof address === 'object' && address ? address.port : 0;
  };
  const cut = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  const port = await listen(0);
  return {
    port,
    cut,
    async giveBack() {
      await listen(port);
    },
    close: () => (server.listening ? cut() : Promise.resolve()),
  };
}
