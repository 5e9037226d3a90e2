import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { faults } from './reliability.ts';

/** Whether the file has a test over a list of cases whose name this is: '%s' stands for what is put in. */
const isOneOfAList = (title: string, text: string): boolean =>
  [...text.matchAll(/\('([^'\n]*)%s([^'\n]*)'/g)].some(
    ([, head = '', tail = '']) => title.startsWith(head) && title.endsWith(tail),
  );

it('the table of reliability names tests that are there', async () => {
  const missing: string[] = [];
  for (const { file, title } of faults.flatMap((one) => one.tests)) {
    const text = await readFile(join(import.meta.dirname, '..', file), 'utf8').catch(() => '');
    if (!text.includes(title) && !isOneOfAList(title, text)) missing.push(`${file}: ${title}`);
  }
  expect(missing).toEqual([]);
});
