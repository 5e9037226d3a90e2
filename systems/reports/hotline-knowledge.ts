/** What the desk answers with: found by the words that a caller says, with and without diacritics; edited by its unit. */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { inTransaction } from '../../platform/database/index.ts';
import { covers, demand, type Principal, publicPrincipal, scopeOf } from '../../platform/rights/index.ts';
import { localDay } from '../../platform/territory/index.ts';
import { notFound, plain, refuse, type Text } from '../../platform/words/index.ts';
import { hotlineTablesOf } from './hotline-tables.ts';
import type { Parts } from './parts.ts';

export type ArticleFields = {
  question: string;
  answer: string;
  keywords: readonly string[];
  category: string | null;
  organisationId: string | null;
  isPublic: boolean;
  active: boolean;
  validUntil: string | null;
};

export type Article = ArticleFields & {
  id: string;
  categoryTitle: Text | null;
  organisationName: Text | null;
  isOver: boolean;
  version: number;
  updatedAt: Date;
  updatedByName: string;
  may: 'edit'[];
};

const columns = [
  'id',
  'question',
  'answer',
  'keywords',
  'category',
  'organisation_id',
  'is_public',
  'active',
  'valid_until',
  'version',
  'updated_at',
  'updated_by_name',
] as const;
type Row = {
  id: string;
  question: string;
  answer: string;
  keywords: string[];
  category: string | null;
  organisation_id: string | null;
  is_public: boolean;
  active: boolean;
  valid_until: string | null;
  version: number;
  updated_at: Date;
  updated_by_name: string;
};

/** Syllables of every sentence: they tell one question from another no better than a comma. */
const EMPTY =
  'tôi em anh chị ạ à ơi là và có không thì mà của cho để ở tại về với được bị này kia đó đây đâu gì nào sao thế bao như ' +
  'muốn hỏi xin cần phải đã đang sẽ các những một cái con người nhà mình bên khi nếu vì rồi lại ra vào đi làm ' +
  'the a an of to is are in on for and what how do i my';
/** As written, and for who types without diacritics: 'đầu' says something though 'đâu' does not. */
const emptyWords = new Set([...EMPTY.split(' '), ...EMPTY.split(' ').map(plain)]);
const MOST_WORDS = 40;

const syllables = (text: string): string[] =>
  text
    .normalize('NFC')
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu) ?? [];

/** The syllables of a text that say what it is about, each once, as they were written. */
function wordsOf(text: string): string[] {
  return [...new Set(syllables(text).filter((word) => !emptyWords.has(word)))].slice(0, MOST_WORDS);
}

const PLACE = { areaCode: null };

/**
 * Articles in force that hold most of the words said, those with the same diacritics before those that only sound
 * alike. Of three words or more two must be there: one alone says nothing. Index `hotline_articles_bare`.
 */
export async function searchArticles(
  parts: Parts,
  principal: Principal,
  said: string,
  limit: number,
  onlyPublic = false,
): Promise<Article[]> {
  const written = wordsOf(said);
  if (written.length === 0) return [];
  const bare = [...new Set(written.map(plain))];
  const today = localDay(parts.now());
  const rows = await sql<Row & { score: number }>`
    select found.* from (
      select a.*,
        (select count(*) from unnest(${bare}::text[]) as word
          where a.bare @@ (quote_literal(word))::tsquery) as heard,
        (select count(*) from unnest(${written}::text[]) as word
          where a.written @@ (quote_literal(word))::tsquery) as exact,
        ts_rank(a.bare, ${anyOf(bare)}::tsquery) as rank
      from hotline_articles a
      where a.active and (a.valid_until is null or a.valid_until >= ${today}::date)
        and (a.is_public or not ${onlyPublic}::boolean)
        and a.bare @@ ${anyOf(bare)}::tsquery) found
    where heard >= ${bare.length >= 3 ? 2 : 1}
    order by heard + exact * 0.5 + rank desc, question, id limit ${limit}`.execute(parts.db);
  return shown(parts, principal, rows.rows);
}

/** What anybody may read: in force and marked public; found by their words, or all by their questions. */
export async function publicArticles(parts: Parts, said: string, limit: number): Promise<Article[]> {
  if (said !== '') return searchArticles(parts, publicPrincipal, said, limit, true);
  const today = localDay(parts.now());
  const rows = await hotlineTablesOf(parts.db)
    .selectFrom('hotline_articles')
    .select(columns)
    .where('is_public', '=', true)
    .where('active', '=', true)
    .where((eb) => eb.or([eb('valid_until', 'is', null), eb('valid_until', '>=', today)]))
    .orderBy('question')
    .orderBy('id')
    .limit(limit)
    .execute();
  return shown(parts, publicPrincipal, rows);
}

/** Letters and digits only: nothing in it is an operator of the search. */
const anyOf = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(' | ');

/** All articles for who edits them, the last edited first. */
export async function listArticles(
  parts: Parts,
  principal: Principal,
  query: { q?: string; limit: number; offset: number },
): Promise<{ items: Article[]; total: number; may: 'add'[] }> {
  let base = hotlineTablesOf(parts.db).selectFrom('hotline_articles');
  const bare = wordsOf(query.q ?? '').map(plain);
  // Each word as far as it is typed.
  for (const word of bare) base = base.where(sql<boolean>`bare @@ ${`'${word}':*`}::tsquery`);
  const [rows, count] = await Promise.all([
    base.select(columns).orderBy('updated_at', 'desc').orderBy('id').limit(query.limit).offset(query.offset).execute(),
    base.select((eb) => eb.fn.countAll<number>().as('n')).executeTakeFirstOrThrow(),
  ]);
  const may = scopeOf(principal, 'report:knowledge') ? (['add'] as 'add'[]) : [];
  return { items: await shown(parts, principal, rows), total: Number(count.n), may };
}

async function shown(parts: Parts, principal: Principal, rows: readonly Row[]): Promise<Article[]> {
  const [tree, categories] = await Promise.all([parts.identity.tree(), parts.catalogue.all()]);
  const today = localDay(parts.now());
  return rows.map((row) => ({
    id: row.id,
    question: row.question,
    answer: row.answer,
    keywords: row.keywords,
    category: row.category,
    categoryTitle: categories.find((one) => one.code === row.category)?.title ?? null,
    organisationId: row.organisation_id,
    organisationName: row.organisation_id === null ? null : (tree.get(row.organisation_id)?.name ?? null),
    isPublic: row.is_public,
    active: row.active,
    validUntil: row.valid_until,
    isOver: row.valid_until !== null && row.valid_until < today,
    version: row.version,
    updatedAt: row.updated_at,
    updatedByName: row.updated_by_name,
    may: covers(principal, 'report:knowledge', { ...PLACE, organisationId: row.organisation_id }) ? ['edit'] : [],
  }));
}

/** Adds an article, or changes the one of the id at the version that the editor had before them. */
export async function saveArticle(
  parts: Parts,
  principal: Principal,
  given: ArticleFields & { id?: string; version?: number },
): Promise<Article> {
  demand(principal, 'report:knowledge', { ...PLACE, organisationId: given.organisationId });
  const [tree, categories] = await Promise.all([parts.identity.tree(), parts.catalogue.all()]);
  if (given.organisationId !== null && !tree.get(given.organisationId)) {
    throw notFound({ vi: 'đơn vị này', en: 'unit' });
  }
  if (given.category !== null && !categories.some((one) => one.code === given.category)) {
    throw notFound({ vi: `lĩnh vực “${given.category}”`, en: `category “${given.category}”` });
  }
  const question = given.question.normalize('NFC').trim();
  const answer = given.answer.normalize('NFC').trim();
  const keywords = given.keywords.map((word) => word.normalize('NFC').trim()).filter((word) => word !== '');
  const asked = syllables([question, ...keywords].join(' '));
  const told = syllables(answer);
  const indexed = (form: (text: string) => string) =>
    sql<string>`setweight(to_tsvector('simple', ${asked.map(form).join(' ')}), 'A') ||
      setweight(to_tsvector('simple', ${told.map(form).join(' ')}), 'C')`;
  const id = given.id ?? randomUUID();
  await inTransaction(parts.db, async (tx) => {
    const tables = hotlineTablesOf(tx);
    const values = {
      question,
      answer,
      keywords,
      category: given.category,
      organisation_id: given.organisationId,
      is_public: given.isPublic,
      active: given.active,
      valid_until: given.validUntil,
      bare: indexed(plain),
      written: indexed((text) => text),
      updated_at: parts.now(),
      updated_by: principal.id,
      updated_by_name: principal.name,
    };
    if (given.id === undefined) {
      await tables
        .insertInto('hotline_articles')
        .values({ id, ...values })
        .execute();
    } else {
      const row = await tables
        .selectFrom('hotline_articles')
        .select(['organisation_id', 'version'])
        .where('id', '=', id)
        .forUpdate()
        .executeTakeFirst();
      if (!row) throw notFound({ vi: 'bài này', en: 'article' });
      demand(principal, 'report:knowledge', { ...PLACE, organisationId: row.organisation_id });
      if (row.version !== given.version) throw changedMeanwhile();
      await tables
        .updateTable('hotline_articles')
        .set((eb) => ({ ...values, version: eb('version', '+', 1) }))
        .where('id', '=', id)
        .execute();
    }
    await parts.audit.record(tx, {
      principal,
      action: given.id === undefined ? 'hotline-article.add' : 'hotline-article.edit',
      subject: `hotline-article:${id}`,
      organisationId: given.organisationId,
      detail: {
        question,
        answer,
        keywords,
        category: given.category,
        isPublic: given.isPublic,
        active: given.active,
        validUntil: given.validUntil,
      },
    });
  });
  const row = await hotlineTablesOf(parts.db)
    .selectFrom('hotline_articles')
    .select(columns)
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  const [saved] = await shown(parts, principal, [row]);
  if (!saved) throw new Error('the article was saved and is not there');
  return saved;
}

function changedMeanwhile() {
  return refuse(409, 'changed-meanwhile', {
    vi: 'Bài này vừa được người khác sửa. Hãy tải lại rồi sửa.',
    en: 'Somebody else just changed this article. Load it again, then edit.',
  });
}
