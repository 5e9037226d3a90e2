import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { type Asked, fetchWithin } from './fetch.ts';
import { type Address, createGuard } from './guard.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A real server on a loopback address; `asked` counts its requests. */
async function serve(listener: RequestListener, host = '127.0.0.1', port = 0) {
  const told = { asked: 0, headers: [] as NodeJS.Dict<string | string[]>[], url: '', port: 0 };
  const server = createServer((request, response) => {
    told.asked += 1;
    told.headers.push(request.headers);
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  servers.push(server);
  told.port = (server.address() as AddressInfo).port;
  told.url = `http://${host}:${told.port}`;
  return told;
}

const ok: RequestListener = (_request, response) => response.end('{"a":1}');
const four = (address: string): Address => ({ address, family: 4 });
const ask = (url: string, more: Partial<Asked> = {}): Asked => ({
  url,
  headers: {},
  timeoutMs: 5_000,
  maxBytes: 1_000_000,
  ...more,
});
/** Lets tests reach servers on this machine. */
const here = createGuard(['127.0.0.0/8']);
const refused = (url: string, guard = createGuard([])) =>
  fetchWithin(guard, ask(url)).then(
    () => 'taken',
    (error) => error.code,
  );

describe('an address that a connector is given', () => {
  const NOT_PUBLIC = [
    'http://127.0.0.1/',
    'http://127.9.9.9:8080/',
    'http://localhost:8520/',
    'http://0.0.0.0/',
    'http://2130706433/',
    'http://0x7f.0.0.1/',
    'http://0177.0.0.1/',
    'http://127.1/',
    'http://127.0.0.1./',
    'http://[::1]/',
    'http://[::]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:10.0.0.1]/',
    'http://[::127.0.0.1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[2002:7f00:1::]/',
    'http://169.254.169.254/latest/meta-data/',
    'http://[fe80::1]/',
    'http://[fd00:ec2::254]/',
    'http://10.1.2.3/',
    'http://172.31.0.1/',
    'http://192.168.1.1/',
    'http://100.64.0.1/',
    'http://198.18.0.1/',
    'http://224.0.0.1/',
    'http://255.255.255.255/',
    'http://[ff02::1]/',
  ];
  it('is refused where it is not the public internet: this machine, its network, in any way of writing a number', async () => {
    for (const url of NOT_PUBLIC) expect([url, await refused(url)]).toEqual([url, 'address-not-allowed']);
  });

  it('is refused by what its name means, and where only one of its addresses is private', async () => {
    const names: Record<string, Address[]> = {
      'inner.example': [four('10.0.0.5')],
      'both.example': [four('93.184.216.34'), four('127.0.0.1')],
      'mapped.example': [{ address: '::ffff:192.168.1.1', family: 6 }],
      'zone.example': [{ address: 'fe80::1%lo', family: 6 }],
      'none.example': [],
    };
    const guard = createGuard([], async (host) => names[host] ?? []);
    for (const name of Object.keys(names)) {
      expect([name, await refused(`http://${name}/`, guard)]).toEqual([name, 'address-not-allowed']);
    }
  });

  it.each([
    ['file:///etc/passwd', 'url-form'],
    ['ftp://example.org/', 'url-form'],
    ['gopher://127.0.0.1:6379/', 'url-form'],
    ['nonsense', 'url-form'],
    ['http://user:pass@example.org/', 'url-credentials'],
    ['http://example.org:25/', 'url-port'],
    ['http://example.org:22/', 'url-port'],
  ])('is refused for its form: %s', async (url, code) => {
    expect(await refused(url)).toBe(code);
  });

  it('is asked in a private network that the configuration names, and only there', async () => {
    const names: Record<string, Address[]> = { 'in.example': [four('127.0.0.2')], 'out.example': [four('127.0.0.3')] };
    const guard = createGuard(['127.0.0.2'], async (host) => names[host] ?? []);
    const server = await serve(ok, '127.0.0.2');
    const taken = await fetchWithin(guard, ask(`http://in.example:${server.port}/`));
    expect(taken.body.toString()).toBe('{"a":1}');
    expect(await refused(`http://out.example:${server.port}/`, guard)).toBe('address-not-allowed');
    expect(() => createGuard(['10.0.0.0/33'])).toThrow('not a network');
    expect(() => createGuard(['example.org'])).toThrow('not a network');
  });

  it('is connected to as it was checked, though its name means another machine a moment later', async () => {
    const right = await serve(ok, '127.0.0.2');
    const wrong = await serve(ok, '127.0.0.1', right.port);
    let asked = 0;
    const guard = createGuard(['127.0.0.2'], async () => [four(asked++ === 0 ? '127.0.0.2' : '127.0.0.1')]);
    expect((await fetchWithin(guard, ask(`http://turns.example:${right.port}/`))).status).toBe(200);
    expect([right.asked, wrong.asked, asked]).toEqual([1, 0, 1]);
    expect(right.headers[0]?.host).toBe(`turns.example:${right.port}`);
    // The next fetch asks again, and is refused by what the name means now.
    expect(await refused(`http://turns.example:${right.port}/`, guard)).toBe('address-not-allowed');
    expect(wrong.asked).toBe(0);
  });
});

describe('a redirect', () => {
  it('to this machine is refused like the address itself, by name and by number', async () => {
    const inner = await serve(ok);
    for (const to of [`http://127.0.0.1:${inner.port}/`, `http://2130706433:${inner.port}/`, 'file:///etc/passwd']) {
      const outer = await serve((_request, response) => response.writeHead(302, { location: to }).end(), '127.0.0.2');
      expect(await refused(outer.url, createGuard(['127.0.0.2']))).toMatch(/address-not-allowed|url-form/);
    }
    expect(inner.asked).toBe(0);
  });

  it('to another origin takes no key along, to its own does, and ends after five', async () => {
    const other = await serve(ok, '127.0.0.2');
    const first = await serve((request, response) => {
      if (request.url === '/round') response.writeHead(307, { location: '/round' }).end();
      else if (request.url === '/own') response.writeHead(301, { location: '/away' }).end();
      else response.writeHead(302, { location: `${other.url}/x` }).end();
    });
    const headers = { 'x-api-key': 'secret', authorization: 'Bearer secret' };
    await fetchWithin(here, ask(`${first.url}/own`, { headers }));
    expect(first.headers.map((one) => one['x-api-key'])).toEqual(['secret', 'secret']);
    expect(JSON.stringify(other.headers)).not.toContain('secret');
    expect(await refused(`${first.url}/round`, here)).toBe('pull-redirects');
    expect(first.asked).toBe(2 + 6);
  });
});

describe('a body', () => {
  const bomb = gzipSync(Buffer.alloc(50_000_000));

  it('is unpacked, and is refused where it is too long packed or unpacked', async () => {
    expect(bomb.length).toBeLessThan(100_000);
    const server = await serve((request, response) => {
      if (request.url === '/bomb') response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
      else if (request.url === '/br')
        response.writeHead(200, { 'content-encoding': 'br' }).end(brotliCompressSync('{"b":2}'));
      else if (request.url === '/said') response.writeHead(200, { 'content-length': '5000000' }).end();
      else if (request.url === '/odd') response.writeHead(200, { 'content-encoding': 'gzip, br' }).end('x');
      else if (request.url === '/false') response.writeHead(200, { 'content-encoding': 'gzip' }).end('not packed');
    });
    expect((await fetchWithin(here, ask(`${server.url}/br`))).body.toString()).toBe('{"b":2}');
    expect(await refused(`${server.url}/bomb`, here)).toBe('pull-too-long');
    expect(await refused(`${server.url}/said`, here)).toBe('pull-too-long');
    expect(await refused(`${server.url}/odd`, here)).toBe('pull-encoding');
    expect(await refused(`${server.url}/false`, here)).toBe('pull-not-reached');
  });

  it('without end is cut off at the limit', async () => {
    let ended = false;
    const server = await serve((_request, response) => {
      const more = () => {
        while (!ended && response.write('x'.repeat(10_000)));
      };
      response.on('drain', more).on('close', () => {
        ended = true;
      });
      more();
    });
    expect(await refused(server.url, here)).toBe('pull-too-long');
    await expect.poll(() => ended).toBe(true);
  });

  it('that drips, heads that never come, and a look-up that hangs end at the time limit', async () => {
    const server = await serve((request, response) => {
      if (request.url === '/none') return;
      const timer = setInterval(() => response.write('x'), 50);
      response.on('close', () => clearInterval(timer));
    });
    const slow = (url: string, guard = here) =>
      fetchWithin(guard, ask(url, { timeoutMs: 400 })).then(
        () => 'taken',
        (error) => error.code,
      );
    expect(await slow(server.url)).toBe('pull-too-slow');
    expect(await slow(`${server.url}/none`)).toBe('pull-too-slow');
    expect(
      await slow(
        'http://hangs.example/',
        createGuard([], () => new Promise(() => undefined)),
      ),
    ).toBe('pull-too-slow');
  });

  it('that does not come is told without the query, which may hold a key', async () => {
    const server = await serve(ok);
    const { port } = server;
    servers.splice(0).forEach((one) => void one.close());
    const told = await fetchWithin(here, ask(`http://127.0.0.1:${port}/?key=secret`)).catch((error) => error);
    expect(told.text.en).toBe('Nothing came from “127.0.0.1” (ECONNREFUSED).');
    expect(JSON.stringify(told)).not.toContain('secret');
  });
});
