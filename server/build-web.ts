import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Builds the web front into `dist/web` unless it was built from these very sources. */
const root = join(import.meta.dirname, '..');
const stamp = join(root, 'dist', 'web', '.built-from');

function sources(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|css|html|json|svg|webmanifest)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
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
  await build({ configFile: join(root, 'web', 'vite.config.ts'), logLevel: 'warn' });
  mkdirSync(join(root, 'dist', 'web'), { recursive: true });
  writeFileSync(stamp, wanted);
}
