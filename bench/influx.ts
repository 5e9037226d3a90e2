/** InfluxDB from Debian's own package beside us: unpacked into the run's directory, nothing is installed. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../platform/database/index.ts';
import { bodies } from './bodies.ts';
import { post } from './load.ts';
import type { Run } from './run.ts';

const run = promisify(execFile);
const BATCH = 100;

/** Points a second over HTTP in batches of 100 by the same load generator; null where the package cannot be had. */
export async function influxRate({ directory, running }: Run): Promise<number | null> {
  const home = join(directory, 'influx');
  await mkdir(home);
  try {
    await run('apt-get', ['download', '-qq', 'influxdb'], { cwd: home });
    const deb = (await readdir(home)).find((name) => name.endsWith('.deb')) ?? '';
    await run('dpkg', ['-x', join(home, deb), home]);
  } catch {
    console.log('ingest-vs-influxdb     not measured: the Debian package influxdb cannot be had here');
    return null;
  }
  const [port, rpc] = [await freePort(), await freePort()];
  const file = join(home, 'influxdb.conf');
  await writeFile(
    file,
    `reporting-disabled = true
bind-address = "127.0.0.1:${rpc}"
[meta]
  dir = "${join(home, 'meta')}"
[data]
  dir = "${join(home, 'data')}"
  wal-dir = "${join(home, 'wal')}"
[monitor]
  store-enabled = false
[http]
  bind-address = "127.0.0.1:${port}"
  log-enabled = false
`,
  );
  const child = spawn(join(home, 'usr', 'bin', 'influxd'), ['-config', file], { stdio: 'ignore' });
  const stop = async (): Promise<void> => {
    running.delete(stop);
    if (child.exitCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  };
  running.add(stop);
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; ; tries++) {
    const answer = await fetch(`${url}/query?q=CREATE%20DATABASE%20bench`, { method: 'POST' }).catch(() => null);
    if (answer?.ok) break;
    if (tries > 200) throw new Error('InfluxDB did not start');
    await sleep(100);
  }
  const send = (total: number, offset: number) =>
    post({
      port,
      path: '/write?db=bench&precision=ms',
      headers: { 'content-type': 'text/plain' },
      connections: 32,
      bodies: bodies(total, BATCH, offset, (rows) =>
        rows.map((one) => `air,station=bench-${one.sensor} ${one.property}=${one.value} ${one.at}`).join('\n'),
      ),
    });
  await send(30_000, 2500);
  const load = await send(900_000, 0);
  await stop();
  if (load.failures > 0) throw new Error(`${load.failures} writes to InfluxDB failed`);
  return load.observations / load.seconds;
}
