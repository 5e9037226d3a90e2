import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import { airProcedure, environment, people, type Stage, stage } from './testing.ts';

const { lan, admin, duc } = people;

describe('procedures', () => {
  let database: TestDatabase;
  let on: Stage;
  beforeEach(async () => {
    database = await testDatabase();
    on = await stage(database);
  });
  afterEach(async () => {
    await on.end();
    await database.close();
  });

  const edit = {
    title: airProcedure.title,
    items: [{ id: 'call', text: { vi: 'Gọi trạm trưởng', en: 'Call the head of the station' }, required: true }],
  };
  const inUse = async () =>
    (await on.cases.procedures('incident')).map((one) => [one.version, one.revision, one.items.length]);
  const withVersion = (version: number) => ({ ...environment, procedures: [{ ...airProcedure, version }] });

  it('are seeded once, and a newer declared version comes into use', async () => {
    await on.cases.seed();
    expect(await inUse()).toEqual([[1, 0, 3]]);
    await (await stage(database, [withVersion(2)])).end();
    expect(await inUse()).toEqual([[2, 0, 3]]);
  });

  it('are never put back by a declaration once an administrator has edited them', async () => {
    await on.cases.editProcedure(admin, 'air-exceedance', edit, { version: 1, revision: 0 });
    expect(await inUse()).toEqual([[1, 1, 1]]);
    await on.cases.seed();
    await (await stage(database, [withVersion(2)])).end();
    expect(await inUse()).toEqual([[1, 1, 1]]);
  });

  it('leave a case at work as it began', async () => {
    const opened = await on.openIncident();
    await on.cases.editProcedure(admin, 'air-exceedance', edit, { version: 1, revision: 0 });
    expect((await on.cases.get(lan, opened.id)).checklist.map((item) => item.id)).toEqual([
      'verify',
      'inspect',
      'tell',
    ]);
    const next = await on.openIncident();
    expect(next.checklist.map((item) => item.id)).toEqual(['call']);
    expect(next.procedure).toEqual({ id: 'air-exceedance', version: 1, revision: 1 });
  });

  it('are not edited over another editor, nor without the right, nor into nonsense', async () => {
    const expected = { version: 1, revision: 0 };
    await on.cases.editProcedure(admin, 'air-exceedance', edit, expected);
    await expect(on.cases.editProcedure(admin, 'air-exceedance', edit, expected)).rejects.toMatchObject({
      status: 409,
    });
    await expect(on.cases.editProcedure(duc, 'air-exceedance', edit, expected)).rejects.toMatchObject({ status: 403 });
    const empty = { ...edit, items: [] };
    await expect(
      on.cases.editProcedure(admin, 'air-exceedance', empty, { version: 1, revision: 1 }),
    ).rejects.toMatchObject({ status: 422 });
  });
});
