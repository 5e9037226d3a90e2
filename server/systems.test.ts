import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compile, type FormulaEnv } from '../platform/formula/index.ts';
import { permissions } from '../platform/rights/index.ts';
import type { Text } from '../platform/words/index.ts';
import { systems } from './systems.ts';

const root = join(import.meta.dirname, '..');
/** A unit is known where the formula language can read a number with it. */
const isUnit = (unit: string) => unit === '' || compile(`1 [${unit}]`, {}).ok;
const isWhole = (text: Text): boolean => text.vi.trim() !== '' && text.en.trim() !== '';
/** Vietnamese without a single mark is most likely English left standing; names of substances have none. */
const names = /^(pH|CO|COD|SO₂|NO₂|O₃|Coliform|BOD₅)$/;

describe.each(systems.map((system) => [system.name, system] as const))('the declaration of %s', (name, system) => {
  it('has every text in both languages', () => {
    const texts: Text[] = [
      system.title,
      ...Object.values(system.entities).flatMap((type) => [
        type.title,
        ...Object.values(type.observes).map((one) => one.title),
      ]),
      ...(system.rules ?? []).flatMap((rule) => [rule.title, rule.text, ...(rule.law ? [rule.law] : [])]),
      ...Object.values(system.cases ?? {}).flatMap((type) => [
        type.title,
        ...Object.values(type.steps).map((step) => step.title),
      ]),
      ...(system.procedures ?? []).flatMap((one) => [
        one.title,
        ...one.items.flatMap((item) => [item.text, ...(item.task ? [item.task.title] : [])]),
      ]),
      ...(system.indicators ?? []).map((one) => one.title),
      ...(system.pages ?? []).map((page) => page.title),
    ];
    for (const text of texts) expect(isWhole(text), JSON.stringify(text)).toBe(true);
    for (const { title } of Object.values(system.entities))
      expect(names.test(title.vi) || title.vi !== title.en).toBe(true);
  });

  it('observes in known units, with a range, an interval and columns that exist', () => {
    for (const [type, { observes, columns, headline, schema }] of Object.entries(system.entities)) {
      for (const [property, one] of Object.entries(observes)) {
        expect(isUnit(one.unit), `${type}.${property}: ${one.unit}`).toBe(true);
        expect(one.range[0]).toBeLessThan(one.range[1]);
        expect(one.everySeconds).toBeGreaterThan(0);
      }
      for (const column of columns)
        expect([...Object.keys(observes), ...Object.keys(schema.properties)]).toContain(column);
      if (headline) expect(Object.keys(observes)).toContain(headline.property);
    }
  });

  it('has rules whose formulas are conditions over what the type observes', () => {
    for (const rule of system.rules ?? []) {
      const type = system.entities[rule.on.split('.')[0] ?? ''];
      const env: FormulaEnv = Object.fromEntries(
        Object.entries(type?.observes ?? {}).map(([property, one]) => [
          property,
          { type: 'number', unit: one.unit, title: one.title },
        ]),
      );
      for (const source of [rule.when, rule.clear ?? rule.when]) {
        const compiled = compile(source, env);
        expect(compiled.ok ? compiled.formula.type : compiled.errors, `${rule.id}: ${source}`).toBe('boolean');
      }
    }
  });

  it('has doors that take their own sample without a bad line', () => {
    for (const door of system.doors ?? []) {
      const parsed = door.parse(
        new TextEncoder().encode(door.sample.text),
        door.sample.name,
        new Date('2027-01-01T00:00:00Z'),
      );
      expect(parsed.bad, door.id).toEqual([]);
      expect(parsed.good.length).toBeGreaterThan(0);
      for (const { property } of parsed.good) {
        expect(
          Object.values(system.entities).some((type) => property in type.observes),
          property,
        ).toBe(true);
      }
    }
  });

  it('names pages that are there and permissions that exist', () => {
    for (const page of system.pages ?? []) {
      expect(existsSync(join(root, 'systems', name, 'pages', `${page.file}.tsx`)), page.file).toBe(true);
      expect(['public', 'signed-in', ...Object.keys(permissions)]).toContain(page.access);
    }
  });
});

describe('all declarations together', () => {
  it('use each name once', () => {
    const once = (list: readonly string[]) => expect(new Set(list).size).toBe(list.length);
    once(systems.map((system) => system.name));
    once(systems.flatMap((system) => Object.keys(system.entities)));
    once(systems.flatMap((system) => (system.rules ?? []).map((rule) => rule.id)));
    once(systems.flatMap((system) => (system.pages ?? []).map((page) => page.path)));
    once(systems.flatMap((system) => (system.indicators ?? []).map((one) => one.code)));
  });
});
