/**
 * `npm run bench [-- name …]`: what the platform does, each figure beside a floor measured in the same run on the same
 * machine, against the same embedded PostgreSQL with full durability. Writes bench/results.json; with names only
 * their lines are measured anew.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openToAll } from '../platform/database/index.ts';
import { bytes } from './bytes.ts';
import { citizen } from './citizen.ts';
import { entities } from './entities.ts';
import { figures } from './figures.ts';
import { http } from './http.ts';
import { live } from './live.ts';
import { mqtt } from './mqtt.ts';
import { reportLists, reportSubmit } from './reports.ts';
import { rest } from './rest.ts';
import { rules } from './rules.ts';
import type { Measure, Result, Run } from './run.ts';
import { screen } from './screen.ts';

const measures: Measure[] = [
  http,
  mqtt,
  rules,
  live,
  screen,
  figures,
  entities,
  reportSubmit,
  reportLists,
  rest,
  bytes,
  citizen,
];
const asked = process.argv.slice(2);
const names = measures.flatMap((one) => one.names);
const unknown = asked.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`no such measure: ${unknown.join(', ')}; there are: ${names.join(', ')}`);
  process.exit(1);
}

const file = join(import.meta.dirname, 'results.json');
const results = JSON.parse(await readFile(file, 'utf8').catch(() => '[]')) as Result[];
const run: Run = { directory: await mkdtemp(join(tmpdir(), 'dttm-bench-')), running: new Set() };
await openToAll(run.directory);
const number = (value: number): string => value.toLocaleString('en', { maximumSignificantDigits: 4 });
try {
  for (const measure of measures) {
    if (asked.length > 0 && !measure.names.some((name) => asked.includes(name))) continue;
    for (const result of await measure.run(run)) {
      const { name, value, unit, floor, ratio, goal, met, note } = result;
      const beside = floor === null ? `goal at most ${goal}` : `floor ${number(floor)}; ratio ${ratio} (goal ${goal})`;
      console.log(`${name.padEnd(22)} ${number(value)} ${unit}; ${beside}; ${met ? 'met' : 'missed'}; ${note ?? ''}`);
      const old = results.findIndex((one) => one.name === name);
      if (old < 0) results.push(result);
      else results[old] = result;
    }
    const order = (one: Result): number => names.indexOf(one.name);
    await writeFile(
      file,
      `${JSON.stringify(
        results.filter((one) => order(one) >= 0).sort((a, b) => order(a) - order(b)),
        null,
        2,
      )}\n`,
    );
  }
} finally {
  // Whatever failed, nothing of this run goes on running.
  for (const end of run.running) await end();
  await rm(run.directory, { recursive: true, force: true });
}
