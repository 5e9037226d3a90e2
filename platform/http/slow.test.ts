import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import Type from 'typebox';
import { expect, it } from 'vitest';
import { endpoints } from './endpoints.ts';
import { createHttp } from './index.ts';

const api = endpoints({
  'GET /api/here': {
    access: 'public',
    summary: { vi: 'Có', en: 'Here' },
    answer: Type.Object({ here: Type.Boolean() }),
  },
});

it('cuts off heads that never end, and answers others meanwhile', { timeout: 60_000 }, async () => {
  const http = await createHttp({ logger: false, authenticators: [], version: 'test' });
  http.serve('test', api, { 'GET /api/here': () => ({ here: true }) });
  await http.app.listen({ host: '127.0.0.1', port: 0 });
  const address = http.app.server.address();
  const port = address !== null && typeof address !== 'string' ? address.port : 0;
  const slow: Socket[] = [];
  for (let n = 0; n < 300; n += 1) {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.write('GET /api/here HTTP/1.1\r\nHost: a\r\n');
    slow.push(socket);
  }
  // A drop now and then, so that no time of silence would find them.
  const drops = setInterval(() => {
    for (const socket of slow) if (socket.writable) socket.write('X-a: b\r\n');
  }, 1_000);
  const answer = await fetch(`http://127.0.0.1:${port}/api/here`);
  expect(await answer.json()).toEqual({ here: true });
  expect(slow.filter((socket) => socket.closed)).toEqual([]);
  const gone = (socket: Socket) =>
    new Promise((resolve) => (socket.closed ? resolve(null) : socket.once('close', resolve)));
  await Promise.all(slow.map(gone));
  clearInterval(drops);
  expect((await fetch(`http://127.0.0.1:${port}/api/here`)).status).toBe(200);
  await http.app.close();
});
