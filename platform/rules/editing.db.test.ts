import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Principal, visible } from '../rights/index.ts';
import { admin, aqiRule, dustRule, makeWorld, minute, type World } from './testing.ts';

const operator: Principal = {
  kind: 'user',
  id: 'u-lan',
  name: 'Trần Thị Lan',
  organisationId: null,
  grants: [{ permission: 'alert:read', scope: { all: true } }],
};
const hour = (value: number, from = 0): [number, number][] => Array.from({ length: 60 }, (_, n) => [from + n, value]);

describe('declared and edited rules', () => {
  let world: World;
  beforeEach(async () => {
    world = await makeWorld([dustRule]);
    await world.station('s1');
    world.setClock(minute(120));
  });
  afterEach(async () => {
    expect(world.errors).toEqual([]);
    await world.close();
  });
  const reason = async (work: Promise<unknown>): Promise<{ code?: string; flaws?: { at: string }[] }> =>
    work.then(
      () => ({}),
      (error) => error,
    );

  it('are said in plain Vietnamese', async () => {
    const [rule] = await world.rules.list();
    expect(rule?.words?.vi).toMatch(
      /^Khi Bụi PM2\.5 lớn hơn 150( µg\/m³)? liên tục 1 giờ thì mở một cảnh báo mức 3; hết khi Bụi PM2\.5 nhỏ hơn 120( µg\/m³)?\. Đóng mở quá 4 lần trong 1 giờ thì coi là chập chờn: giữ một cảnh báo đến khi yên 30 phút, không báo lại từng lần\. Số liệu mỗi 1 phút; không xét số liệu hiệu chuẩn và lỗi thiết bị\.$/,
    );
  });

  it.each([
    ['an unknown property', { on: 'Station.ozone' }, 'rule-property'],
    ['an unknown type', { on: 'Pump.dust' }, 'rule-property'],
    ['a formula over an unknown name', { when: 'dust > 150 and ozone > 3' }, 'rule-formula'],
    ['a formula that is no condition', { when: 'dust + 1' }, 'rule-formula'],
    ['a formula that does not name its property', { when: 'wind > 3' }, 'rule-formula'],
    ['a wrong duration', { for: '1h' }, 'bad-duration'],
    ['a text that nothing fills', { text: { vi: '{x}', en: '{x}' } }, 'rule-text'],
  ])('do not start with %s', async (_what, wrong, code) => {
    expect((await reason(makeWorld([{ ...dustRule, ...wrong }], { beside: world }))).code).toBe(code);
  });

  it('do not start with one id for two rules', async () => {
    expect((await reason(makeWorld([dustRule, dustRule], { beside: world }))).code).toBe('rule-twice');
  });

  it('judge by the new threshold as soon as they are edited, under a new version', async () => {
    await world.send('s1', 'dust', hour(100));
    expect(await world.all()).toEqual([]);
    const edited = await world.rules.edit(admin, 'dust-high', 1, {
      when: 'dust > 80',
      clear: null,
      for: 'PT5M',
      severity: 5,
    });
    expect(edited).toMatchObject({ version: 2, editedBy: { name: 'Nguyễn An' }, definition: { when: 'dust > 80' } });
    expect(edited.declared?.when).toBe('dust > 150');
    expect(edited.definition.clear).toBeUndefined();
    await world.send('s1', 'dust', [
      [60, 100],
      [61, 100],
      [62, 100],
      [63, 100],
    ]);
    expect(await world.all()).toEqual([]);
    await world.send('s1', 'dust', [[64, 100]]);
    expect(await world.all()).toMatchObject([{ severity: 5, evidence: { ruleVersion: 2, formula: 'dust > 80' } }]);
  });

  it('reach the process that judges though another one edited them', async () => {
    const other = await makeWorld([dustRule], { beside: world });
    await other.rules.edit(admin, 'dust-high', 1, { for: 'PT1M' });
    await other.close();
    await world.send('s1', 'dust', [[0, 160]]);
    expect(await world.all()).toHaveLength(1);
  });

  it('keep an edit when the program starts again, also with a changed declaration', async () => {
    await world.rules.edit(admin, 'dust-high', 1, { when: 'dust > 80' });
    const again = await makeWorld([{ ...dustRule, when: 'dust > 200' }], { beside: world });
    expect(await again.rules.list()).toMatchObject([
      { version: 2, definition: { when: 'dust > 80' }, declared: { when: 'dust > 200' } },
    ]);
    await again.close();
  });

  it('follow their declaration where nobody edited them, and stay the same version where nothing changed', async () => {
    const same = await makeWorld([dustRule], { beside: world });
    expect(await same.rules.list()).toMatchObject([{ version: 1 }]);
    await same.close();
    const changed = await makeWorld([{ ...dustRule, when: 'dust > 200' }], { beside: world });
    expect(await changed.rules.list()).toMatchObject([{ version: 2, definition: { when: 'dust > 200' } }]);
    await changed.close();
  });

  it('are not judged, but still shown, when no system declares them any more', async () => {
    const without = await makeWorld([aqiRule], { beside: world });
    const rules = await without.rules.list();
    expect(rules.map((rule) => [rule.id, rule.problem !== null])).toEqual([
      ['aqi-bad', false],
      ['dust-high', true],
    ]);
    await without.close();
  });

  it('end the condition of their alerts when they are switched off, and judge nothing', async () => {
    await world.send('s1', 'dust', hour(160));
    await world.rules.edit(admin, 'dust-high', 1, { enabled: false });
    expect(await world.all()).toMatchObject([{ state: 'open', condition: 'over' }]);
    await world.send('s1', 'dust', hour(160, 60));
    expect(await world.all()).toMatchObject([{ count: 1, condition: 'over' }]);
  });

  it('say the place of an error in an edited formula, and keep the old one', async () => {
    const refused = await reason(world.rules.edit(admin, 'dust-high', 1, { when: 'dust > ozone' }));
    expect(refused).toMatchObject({ status: 422, code: 'rule-formula', flaws: [{ at: '/when:7-12' }] });
    expect(await world.rules.list()).toMatchObject([{ version: 1, definition: { when: 'dust > 150' } }]);
  });

  it('are edited by one of two at a time, and only by those who may', async () => {
    await world.rules.edit(admin, 'dust-high', 1, { severity: 4 });
    expect(await reason(world.rules.edit(admin, 'dust-high', 1, { severity: 2 }))).toMatchObject({
      status: 409,
      code: 'changed-meanwhile',
    });
    expect(await reason(world.rules.edit(operator, 'dust-high', 2, { severity: 2 }))).toMatchObject({ status: 403 });
    expect(await reason(world.rules.get('nothing'))).toMatchObject({ status: 404 });
    const { versions } = await world.rules.get('dust-high');
    expect(versions.map((one) => [one.version, one.definition.severity])).toEqual([
      [2, 4],
      [1, 3],
    ]);
    const { items } = await world.audit.find(visible(admin, 'audit:read'), { action: 'rule', limit: 10, offset: 0 });
    expect(items).toMatchObject([{ action: 'rule.edit', subject: 'rule:dust-high', actor: { id: 'u-an' } }]);
  });

  it('explain an alert by the version that judged it and the rows behind it', async () => {
    await world.send('s1', 'dust', hour(160));
    await world.rules.edit(admin, 'dust-high', 1, { when: 'dust > 500' });
    const [alert] = await world.all();
    const why = await world.alerts.explain(visible(admin, 'alert:read'), alert?.id ?? '');
    expect(why).toMatchObject({
      rule: { id: 'dust-high', version: 1, law: { vi: 'QCVN 05:2023/BTNMT' } },
      formula: 'dust > 150',
      cut: false,
    });
    expect(why?.words.vi).toMatch(/lớn hơn 150( µg\/m³)? liên tục 1 giờ/);
    expect(why?.rows).toHaveLength(60);
    expect(why?.rows[0]).toEqual({
      property: 'dust',
      title: { vi: 'Bụi PM2.5', en: 'PM2.5' },
      at: '2026-11-23T01:00:00.000Z',
      value: 160,
      unit: 'µg/m³',
      quality: 0,
    });
  });
});
