import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import ssh2 from 'ssh2';

/** The server's own keys, made once and kept: a device that remembers them notices another server. */
export async function hostKeys(directory: string): Promise<string[]> {
  await mkdir(directory, { recursive: true });
  return [
    await keyAt(join(directory, 'sftp-host-ed25519.key'), () => ssh2.utils.generateKeyPairSync('ed25519').private),
    // Older loggers know RSA only.
    await keyAt(
      join(directory, 'sftp-host-rsa.key'),
      () => ssh2.utils.generateKeyPairSync('rsa', { bits: 3072 }).private,
    ),
  ];
}

async function keyAt(path: string, make: () => string): Promise<string> {
  const there = await readFile(path, 'utf8').catch(() => '');
  if (there) return there;
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.write(make());
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readFile(path, 'utf8');
}
