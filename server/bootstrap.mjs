// The door for newcomers: runs on the machine's own Node (20 or newer), installs what is missing, then goes on with
// the project's own Node 24. Plain JavaScript, and nothing but Node's own modules, because nothing is installed yet.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [command = 'start', ...args] = process.argv.slice(2);
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const node = join(root, 'node_modules', 'node', 'bin', 'node');
const bin = (name) => join(root, 'node_modules', '.bin', name);

if (Number(process.versions.node.split('.')[0]) < 20) {
  console.error(`Cần Node.js 20 trở lên / Node.js 20 or newer is needed (found ${process.versions.node}).`);
  process.exit(1);
}
process.chdir(root);

/** Installs when the lock file is not the one that was installed last. */
function install() {
  const lock = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex');
  const stamp = join('node_modules', '.installed');
  if (existsSync(stamp) && existsSync(node) && readFileSync(stamp, 'utf8') === lock) return;
  console.error(
    'Đang cài các gói cần thiết (lần đầu, khoảng một phút) / Installing packages (first time, about a minute)…',
  );
  // Not `npm ci`: it refuses a lock file without the optional binaries of every other platform, and a registry need
  // not carry them all. `install --no-save` takes the locked versions and leaves the lock file as it is.
  const done = spawnSync(npm, ['install', '--no-save', '--no-fund', '--no-audit', '--loglevel=error'], {
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (done.status !== 0) process.exit(done.status ?? 1);
  mkdirSync('node_modules', { recursive: true });
  writeFileSync(stamp, lock);
}

/** Runs a command to its end on the project's Node and answers its exit code. */
function run(file, rest, environment = {}) {
  const done = spawnSync(node, [file, ...rest], { stdio: 'inherit', env: { ...process.env, ...environment } });
  if (done.error) console.error(done.error.message);
  return done.status ?? 1;
}

/** Runs it as the last thing: signals go on to it, so that Ctrl-C and kill stop it cleanly. */
async function become(file, rest) {
  const { spawn } = await import('node:child_process');
  const child = spawn(node, [file, ...rest], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  // npm stops the shell it starts us with, and that shell tells nobody: whoever stops npm means us.
  if (process.env.npm_lifecycle_event) {
    const parent = process.ppid;
    const watch = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(watch);
      child.kill('SIGTERM');
    }, 500);
  }
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
}

/** The web front is built when its sources are newer than the last build. */
function buildWeb() {
  const code = run('server/build-web.ts', []);
  if (code !== 0) process.exit(code);
}

install();
const path = `${join(root, 'node_modules', 'node', 'bin')}:${process.env.PATH}`;
process.env.PATH = path;

switch (command) {
  case 'start':
    buildWeb();
    await become('server/main.ts', args);
    break;
  case 'test':
    buildWeb();
    process.exit(run(bin('vitest'), ['run', ...args]));
    break;
  case 'check': {
    const steps = [
      ['types', join('node_modules', 'ts7', 'bin', 'tsc'), ['-p', 'tsconfig.json']],
      ['lint', join('node_modules', '@biomejs', 'biome', 'bin', 'biome'), ['ci', '--colors=off', '.']],
      [
        'boundaries',
        join('node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs'),
        ['--config', '.dependency-cruiser.cjs', 'platform', 'systems', 'server', 'web', 'simulation', 'bench', 'tests'],
      ],
      ['unused code', join('node_modules', 'knip', 'bin', 'knip.js'), []],
      ['generated pages', 'server/generate.ts', ['--check']],
    ];
    let failed = 0;
    for (const [name, file, rest] of steps) {
      const code = run(file, rest);
      console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name}`);
      if (code !== 0) failed += 1;
    }
    console.log(`${steps.length - failed} passed, ${failed} failed`);
    process.exit(failed === 0 ? 0 : 1);
    break;
  }
  case 'cli':
    await become('server/cli.ts', args);
    break;
  case 'bench':
    process.exit(run('bench/main.ts', args));
    break;
  case 'generate':
    process.exit(run('server/generate.ts', args));
    break;
  default:
    console.error(`Không có lệnh ${command} / no command ${command}.`);
    process.exit(2);
}
