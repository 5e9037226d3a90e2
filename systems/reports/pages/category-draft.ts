/** A category while it is edited, and what a change of it touches. Pure. */
import type { Text } from '../../../platform/words/index.ts';
import { type FormField, type FormSchema, fieldsOf, nameFor, schemaOf } from '../category-form.ts';
import type { Deadline, UnitOf, Urgency } from '../types.ts';
import type { Category } from './settings-client.ts';

/** Choices are written one a line; a field that is new has no name yet. */
export type DraftField = Omit<FormField, 'choices'> & { key: string; choices: string };

export type Draft = {
  code: string;
  parent: string | null;
  title: Text;
  unit: UnitOf;
  deadlines: Record<Urgency, Deadline>;
  isPublic: boolean;
  blurred: boolean;
  aboutUnit: boolean;
  needsApproval: boolean;
  activeFrom: string | undefined;
  activeUntil: string | undefined;
  words: string;
  fields: DraftField[];
};

const noForm: FormSchema = { type: 'object', additionalProperties: false, properties: {} };

export const emptyDraft = (parent: string | null): Draft => ({
  code: parent === null ? '' : `${parent}.`,
  parent,
  title: { vi: '', en: '' },
  unit: { to: 'commune' },
  deadlines: {
    normal: { budget: 'P5D', kind: 'working' },
    urgent: { budget: 'P2D', kind: 'working' },
    emergency: { budget: 'PT4H', kind: 'calendar' },
  },
  isPublic: true,
  blurred: false,
  aboutUnit: false,
  needsApproval: true,
  activeFrom: undefined,
  activeUntil: undefined,
  words: '',
  fields: [],
});

export function draftOf(category: Category): Draft {
  return {
    ...category,
    activeFrom: category.activeFrom ?? undefined,
    activeUntil: category.activeUntil ?? undefined,
    words: category.words.join('\n'),
    fields: fieldsOf(category.form as FormSchema).map((field) => ({
      ...field,
      key: field.name,
      choices: field.choices
        .map(({ title }) => (title.vi === title.en ? title.vi : `${title.vi} | ${title.en}`))
        .join('\n'),
    })),
  };
}

const lines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** A choice that was there keeps what its answers are kept under. */
function choicesOf(field: DraftField, before: FormField | undefined): FormField['choices'] {
  const made: FormField['choices'] = [];
  for (const line of lines(field.choices)) {
    const [vi = '', en] = line.split('|').map((part) => part.trim());
    const known = before?.choices.find((one) => one.title.vi === vi);
    const taken = made.map((one) => one.value);
    made.push({ value: known?.value ?? nameFor(vi, taken), title: { vi, en: en || vi } });
  }
  return made;
}

export function formOf(draft: Draft, before: Category | null): FormSchema {
  const form = (before?.form as FormSchema | undefined) ?? noForm;
  const old = fieldsOf(form);
  const fields: FormField[] = [];
  for (const { key: _key, ...field } of draft.fields) {
    const taken = [...draft.fields.map((one) => one.name), ...fields.map((one) => one.name)];
    const name = field.name || nameFor(field.title.vi, taken);
    const known = old.find((one) => one.name === name);
    const title = { vi: field.title.vi.trim(), en: field.title.en.trim() || field.title.vi.trim() };
    const choices = field.kind === 'choice' ? choicesOf({ key: '', ...field }, known) : [];
    fields.push({ ...field, name, title, choices });
  }
  return schemaOf(fields, form);
}

export function bodyOf(draft: Draft, before: Category | null) {
  const { title, unit, deadlines, isPublic, blurred, aboutUnit, needsApproval } = draft;
  return {
    title: { vi: title.vi.trim(), en: title.en.trim() || title.vi.trim() },
    unit,
    deadlines,
    isPublic,
    blurred,
    aboutUnit,
    needsApproval: needsApproval || aboutUnit,
    activeFrom: draft.activeFrom ?? null,
    activeUntil: draft.activeUntil ?? null,
    words: lines(draft.words),
    form: formOf(draft, before),
  };
}

/** What is not written yet, so that it cannot be saved. */
export function isWhole(draft: Draft): boolean {
  const isDay = (day: string | undefined): boolean => day === undefined || /^\d{4}-\d{2}-\d{2}$/.test(day);
  return (
    draft.title.vi.trim() !== '' &&
    /^[a-z][a-z-]*(\.[a-z][a-z-]*)?$/.test(draft.code) &&
    (draft.unit.to === 'commune' || draft.unit.id !== '') &&
    isDay(draft.activeFrom) &&
    isDay(draft.activeUntil) &&
    Object.values(draft.deadlines).every((one) => one.budget !== '') &&
    draft.fields.every(
      (field) => field.title.vi.trim() !== '' && (field.kind !== 'choice' || lines(field.choices).length > 0),
    )
  );
}

export type Touch = {
  key:
    | 'chDeadlines'
    | 'chUnit'
    | 'chPublic'
    | 'chPrivate'
    | 'chApproval'
    | 'chNoApproval'
    | 'chAbout'
    | 'chForm'
    | 'chClose'
    | 'chCloseFamily';
  day?: string;
};

/** What the change does to reports, to be read before it is saved. */
export function touchesOf(before: Category, draft: Draft): Touch[] {
  const after = bodyOf(draft, before);
  const other = (a: unknown, b: unknown): boolean => JSON.stringify(sorted(a)) !== JSON.stringify(sorted(b));
  const isFamily = before.parent === null;
  const touches: Touch[] = [];
  if (!isFamily) {
    if (other(before.deadlines, after.deadlines)) touches.push({ key: 'chDeadlines' });
    if (other(before.unit, after.unit)) touches.push({ key: 'chUnit' });
    if (before.isPublic !== after.isPublic) touches.push({ key: after.isPublic ? 'chPublic' : 'chPrivate' });
    if (before.needsApproval !== after.needsApproval)
      touches.push({ key: after.needsApproval ? 'chApproval' : 'chNoApproval' });
    if (before.aboutUnit !== after.aboutUnit) touches.push({ key: 'chAbout' });
    if (other(inOrder(before.form as FormSchema), inOrder(after.form))) touches.push({ key: 'chForm' });
  }
  if (after.activeUntil !== null && after.activeUntil !== before.activeUntil) {
    touches.push({ key: 'chClose', day: after.activeUntil });
    if (isFamily) touches.push({ key: 'chCloseFamily' });
  }
  return touches;
}

/** The order of its fields is part of a form. */
const inOrder = (form: FormSchema) => [Object.entries(form.properties), (form.required ?? []).toSorted()];

/** Objects with their keys in order: the database gives them back in its own. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => [key, sorted(one)]),
  );
}
