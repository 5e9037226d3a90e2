import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { faults } from './reliability.ts';

it('the table of reliability names tests that are there', async () => {
  const missing: string[] = [];
  for (const { file, title } of faults.flatMap((one) => one.tests)) {
    const text = await readFile(join(import.meta.dirname, '..', file), 'utf8').catch(() => '');
    if (!text.includes(title)) missing.push(`${file}: ${title}`);
  }
  expect(missing).toEqual([]);
});
