import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

/** Builds the web front into `dist/web` unless it was built from these very sources. */
const root = join(import.meta.dirname, '..');
const stamp = join(root, 'dist', 'web', '.built-from');

function sources(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|css|html|json|svg|png|webmanifest)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Once at the build rather than at each request: a phone on 3G gets a quarter of the bytes, the server does nothing. */
function compress(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.(m?js|css|svg|webmanifest)$/.test(entry.name)) continue;
    const path = join(entry.parentPath, entry.name);
    const content = readFileSync(path);
    if (content.length < 1024) continue;
    writeFileSync(`${path}.br`, brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
    // Browsers take Brotli over https only, and on this machine.
    writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
  }
}

const hash = createHash('sha256');
for (const file of [
  ...['web', 'systems', 'platform'].flatMap((name) => sources(join(root, name))),
  join(root, 'package-lock.json'),
]) {
  hash
    .update(file.slice(root.length))
    .update(String(statSync(file).size))
    .update(readFileSync(file));
}
const wanted = hash.digest('hex');
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  console.error('Đang dựng giao diện web (khoảng nửa phút) / Building the web front (about half a minute)…');
  const { build } = await import('vite');
  for (const mode of ['console', 'citizen']) {
    await build({ configFile: join(root, 'web', 'vite.config.ts'), mode, logLevel: 'warn' });
  }
  await build({ configFile: join(root, 'web', 'worker.config.ts'), logLevel: 'warn' });
  compress(join(root, 'dist', 'web'));
  mkdirSync(join(root, 'dist', 'web'), { recursive: true });
  writeFileSync(stamp, wanted);
}
