import { Compile } from 'typebox/compile';
import { type Flaw, refuse } from '../words/index.ts';
import type { CaseType, NamedCaseType, Procedure } from './types.ts';

export type Declared = {
  types: ReadonlyMap<string, NamedCaseType>;
  procedures: readonly Procedure[];
  /** The flaws of a form; empty where it fits the type's schema. */
  flawsOf(type: string, form: unknown): Flaw[];
};

export type CaseSystem = {
  name: string;
  cases?: Record<string, CaseType> | undefined;
  procedures?: readonly Procedure[] | undefined;
};

// Years and months have no fixed length and make no deadline.
const DURATION = /^P(?=\d|T\d)(?:\d+W)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?)?$/;

/** Whether this is an ISO 8601 duration in weeks, days, hours and minutes, above zero. */
export function isDuration(text: string): boolean {
  return DURATION.test(text) && /[1-9]/.test(text);
}

/**
 * Collects what the systems declare and checks what types cannot say: every step named exists and can be reached,
 * durations are durations, prefixes and ids are nobody else's. Throws with all that is wrong.
 */
export function collect(systems: readonly CaseSystem[]): Declared {
  const wrong: string[] = [];
  const types = new Map<string, NamedCaseType>();
  const prefixes = new Map<string, string>();
  for (const system of systems) {
    for (const [name, type] of Object.entries(system.cases ?? {})) {
      const at = `systems/${system.name}: case type “${name}”`;
      if (types.has(name)) wrong.push(`${at} is declared twice`);
      const holder = prefixes.get(type.prefix);
      if (holder) wrong.push(`${at}: the prefix ${type.prefix} is that of “${holder}”`);
      if (!/^[A-Z]{2,4}$/.test(type.prefix)) wrong.push(`${at}: prefix must be 2 to 4 capital letters`);
      prefixes.set(type.prefix, name);
      wrong.push(...wrongSteps(type).map((text) => `${at}: ${text}`));
      types.set(name, { ...type, name, system: system.name });
    }
  }
  const procedures = systems.flatMap((system) => system.procedures ?? []);
  for (const procedure of procedures) {
    wrong.push(...wrongProcedure(procedure, types).map((text) => `procedure “${procedure.id}”: ${text}`));
  }
  if (wrong.length > 0) throw new Error(`Wrong declarations of cases:\n${wrong.map((one) => `  - ${one}`).join('\n')}`);

  const validators = new Map([...types].map(([name, type]) => [name, Compile(type.form)]));
  return {
    types,
    procedures,
    flawsOf(type, form) {
      const validator = validators.get(type);
      if (!validator || validator.Check(form)) return [];
      return [...validator.Errors(form)].map((error) => ({
        at: `/form${error.instancePath}`,
        reason: { vi: `chưa hợp lệ: ${error.message}`, en: error.message },
      }));
    },
  };
}

function wrongSteps(type: CaseType): string[] {
  const wrong: string[] = [];
  if (!type.steps[type.start]) wrong.push(`start “${type.start}” is no step`);
  if (type.clock && !isDuration(type.clock.budget)) wrong.push(`clock: “${type.clock.budget}” is no duration`);
  const reached = new Set([type.start]);
  for (const [name, step] of Object.entries(type.steps)) {
    if (step.within && !isDuration(step.within)) wrong.push(`step “${name}”: “${step.within}” is no duration`);
    for (const to of step.to) {
      reached.add(to);
      if (!type.steps[to]) wrong.push(`step “${name}” leads to “${to}”, which is no step`);
    }
  }
  for (const name of Object.keys(type.steps)) if (!reached.has(name)) wrong.push(`nothing leads to step “${name}”`);
  if (!Object.values(type.steps).some((step) => step.closed)) wrong.push('no step closes it');
  return wrong;
}

export function wrongProcedure(procedure: Procedure, types: ReadonlyMap<string, NamedCaseType>): string[] {
  const wrong: string[] = [];
  if (!types.has(procedure.caseType)) wrong.push(`there is no case type “${procedure.caseType}”`);
  const ids = procedure.items.map((item) => item.id);
  if (ids.length === 0) wrong.push('it has no items');
  for (const id of new Set(ids.filter((one, n) => ids.indexOf(one) !== n))) wrong.push(`item “${id}” stands twice`);
  for (const item of procedure.items) {
    if (item.task && !isDuration(item.task.within)) {
      wrong.push(`item “${item.id}”: “${item.task.within}” is no duration`);
    }
  }
  return wrong;
}

/** Refuses a form that does not fit, with every flaw at its place. */
export function demandForm(declared: Declared, type: NamedCaseType, form: unknown): void {
  const flaws = declared.flawsOf(type.name, form);
  if (flaws.length === 0) return;
  const text = {
    vi: `Biểu mẫu “${type.title.vi}” chưa đúng; xem từng mục, sửa rồi gửi lại.`,
    en: `The form “${type.title.en}” is not right; see each field, correct it and send again.`,
  };
  throw refuse(422, 'case-form', text, flaws);
}
