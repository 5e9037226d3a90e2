import type { Selectable } from 'kysely';
import { Compile } from 'typebox/compile';
import { dayOf } from '../../platform/calendar/index.ts';
import type { Db } from '../../platform/database/index.ts';
import { inTransaction } from '../../platform/database/index.ts';
import { type Flaw, refuse } from '../../platform/words/index.ts';
import { categories as declared } from './categories.ts';
import { tablesOf } from './parts.ts';
import { questionCategories } from './question-categories.ts';
import type { ReportsTables } from './tables.ts';
import type { Category } from './types.ts';

export type StoredCategory = Category & {
  /** the first and the last day on which new reports of it are taken; null: no bound */
  activeFrom: string | null;
  activeUntil: string | null;
  /** whether the head of the unit approves answers before they go out */
  needsApproval: boolean;
  /** taken today: its own days, and those of its family */
  active: boolean;
  version: number;
};

/** The categories in use, kept in memory for a few seconds: every submission asks. */
export type Catalogue = {
  all(): Promise<readonly StoredCategory[]>;
  /** An active leaf; refuses 422 where there is none of this code. */
  leaf(code: string): Promise<StoredCategory>;
  /** The category of a report that is there, also where no new ones are taken any more. */
  of(report: { category: string }): Promise<StoredCategory>;
  /** Refuses values that do not fit the category's own fields. */
  demandFields(category: StoredCategory, fields: unknown): void;
  /** When a category was changed last: clients that keep the list look at it. */
  changedAt(): Promise<Date>;
  forget(): void;
};

const REMEMBER_MS = 5_000;

export const asCategory = (row: Selectable<ReportsTables['report_categories']>): Omit<StoredCategory, 'active'> => ({
  code: row.code,
  parent: row.parent,
  title: row.title,
  unit: row.unit,
  deadlines: row.deadlines,
  isPublic: row.is_public,
  blurred: row.blurred,
  aboutUnit: row.about_unit,
  form: row.form,
  words: row.words,
  activeFrom: row.active_from,
  activeUntil: row.active_until,
  needsApproval: row.needs_approval,
  version: row.version,
});

/** With whether each is taken on the day: a leaf is not where its family is not. */
function onDay(rows: readonly Omit<StoredCategory, 'active'>[], day: string): StoredCategory[] {
  const within = ({ activeFrom, activeUntil }: Omit<StoredCategory, 'active'>): boolean =>
    (activeFrom === null || activeFrom <= day) && (activeUntil === null || day <= activeUntil);
  return rows.map((one) => {
    const family = rows.find((other) => other.code === one.parent);
    return { ...one, active: within(one) && (family === undefined || within(family)) };
  });
}

export const columnsOf = (category: Category) => ({
  parent: category.parent,
  title: JSON.stringify(category.title),
  unit: JSON.stringify(category.unit),
  deadlines: JSON.stringify(category.deadlines),
  is_public: category.isPublic,
  blurred: category.blurred,
  about_unit: category.aboutUnit,
  form: JSON.stringify(category.form),
  words: [...category.words],
});

/** Puts in the declared categories; one that nobody edited follows its declaration, an edited one stays as it is. */
export async function seedCategories(db: Db, at: Date): Promise<void> {
  await inTransaction(db, async (tx) => {
    for (const [n, category] of [...declared, ...questionCategories].entries()) {
      const columns = { ...columnsOf(category), n, updated_at: at, updated_by: 'system:reports' };
      await tablesOf(tx)
        .insertInto('report_categories')
        .values({ code: category.code, ...columns })
        .onConflict((conflict) =>
          conflict.column('code').doUpdateSet(columns).where('report_categories.version', '=', 0),
        )
        .execute();
    }
  });
}

export function createCatalogue(db: Db, now: () => Date): Catalogue {
  let remembered: { all: Promise<StoredCategory[]>; until: number } | null = null;
  const validators = new Map<string, ReturnType<typeof Compile>>();

  const all = (): Promise<StoredCategory[]> => {
    const at = now().getTime();
    if (remembered && remembered.until > at && remembered.until <= at + REMEMBER_MS) return remembered.all;
    const loading = tablesOf(db)
      .selectFrom('report_categories')
      .selectAll()
      .orderBy('n')
      .execute()
      .then((rows) => onDay(rows.map(asCategory), dayOf(now())));
    const mine = { all: loading, until: at + REMEMBER_MS };
    remembered = mine;
    loading.catch(() => {
      if (remembered === mine) remembered = null;
    });
    return loading;
  };

  return {
    all,
    async leaf(code) {
      const found = (await all()).find((one) => one.code === code && one.parent !== null && one.active);
      if (!found) throw noSuchCategory(code);
      return found;
    },
    async of({ category }) {
      const found = (await all()).find((one) => one.code === category);
      if (!found) throw noSuchCategory(category);
      return found;
    },
    demandFields(category, fields) {
      const key = `${category.code} ${category.version}`;
      const validator = validators.get(key) ?? Compile(category.form);
      validators.set(key, validator);
      if (validator.Check(fields)) return;
      const flaws = [...validator.Errors(fields)].map(
        (error): Flaw => ({
          at: `/fields${error.instancePath}`,
          reason: { vi: `chưa hợp lệ: ${error.message}`, en: error.message },
        }),
      );
      const text = {
        vi: `Thông tin thêm của “${category.title.vi}” chưa đúng; xem từng mục.`,
        en: `The details of “${category.title.en}” are not right; see each field.`,
      };
      throw refuse(422, 'report-fields', text, flaws);
    },
    async changedAt() {
      const row = await tablesOf(db)
        .selectFrom('report_categories')
        .select((eb) => eb.fn.max('updated_at').as('at'))
        .executeTakeFirst();
      return row?.at ?? now();
    },
    forget() {
      remembered = null;
    },
  };
}

function noSuchCategory(code: string) {
  const text = {
    vi: `Không có lĩnh vực “${code}” đang dùng. Hãy chọn một lĩnh vực trong danh sách.`,
    en: `There is no category “${code}” in use. Choose one of the list.`,
  };
  return refuse(422, 'no-such-category', text, [{ at: '/category', reason: text }]);
}
