import { sql } from 'kysely';
import type { Db } from '../../platform/database/index.ts';
import { plain } from '../../platform/words/index.ts';
import { terms } from './terms.ts';
import type { Place } from './types.ts';

export type Near = {
  number: string;
  category: string;
  text: string;
  lon: number;
  lat: number;
  step: string;
  published_at: Date;
  me_too: number;
  metres: number;
  alike: number;
  /** the first photo that the public may see */
  photo_id: string | null;
};

const METRES_A_DEGREE = 111_320;
const MOST = 5;
/** Rows of the box that are compared by their text; a crowd on one spot must not cost seconds. */
const COMPARED = 500;

/**
 * Published reports of the same family nearby that may be the same thing: open, or answered a short while ago; the
 * most alike by text and distance first. Found by their public places alone: by the real one a stranger could feel his
 * way to a home that is shown only roughly. Index `reports_published_place`.
 */
export async function findNear(
  db: Db,
  about: { family: string; place: Place; text: string },
  at: Date,
): Promise<Near[]> {
  const { lon, lat } = about.place;
  const tall = terms.twinMetres / METRES_A_DEGREE;
  const wide = tall / Math.cos((lat * Math.PI) / 180);
  const since = new Date(at.getTime() - terms.twinDays * 86_400_000);
  const found = await sql<Near>`
    select near.*, (
        select file_id from report_photos where case_id = near.case_id and is_public and part = 'before'
        order by n limit 1) as photo_id
    from (
      select case_id, number, category, public_text as text, public_lon as lon, public_lat as lat, step, published_at,
        me_too,
        ${METRES_A_DEGREE} * sqrt((public_lat - ${lat}) ^ 2 + ((public_lon - ${lon}) * cos(radians(${lat}))) ^ 2) as metres,
        similarity(search_plain, ${plain(about.text)}) as alike
      from (
        select * from reports
        where family = ${about.family} and published_at is not null
          and public_lat between ${lat - tall} and ${lat + tall} and public_lon between ${lon - wide} and ${lon + wide}
          and (answered_at is null or answered_at >= ${since})
        limit ${COMPARED}) box
    ) near
    where metres <= ${terms.twinMetres}
    order by alike - metres / ${terms.twinMetres * 2} desc, number limit ${MOST}`.execute(db);
  return found.rows;
}

/**
 * How many published reports of each category stand around the place, whatever became of them: where a drain was
 * blocked twice, a third report from there is likely about it. By public places, as above.
 */
export async function categoriesNear(db: Db, { lon, lat }: Place, at: Date): Promise<Map<string, number>> {
  const tall = terms.twinMetres / METRES_A_DEGREE;
  const wide = tall / Math.cos((lat * Math.PI) / 180);
  const since = new Date(at.getTime() - terms.habitDays * 86_400_000);
  const found = await sql<{ category: string; n: number }>`
    select category, count(*)::int as n from (
      select category from reports
      where public_lat between ${lat - tall} and ${lat + tall} and public_lon between ${lon - wide} and ${lon + wide}
        and published_at >= ${since}
      limit ${COMPARED}) box
    group by category`.execute(db);
  return new Map(found.rows.map((row) => [row.category, row.n]));
}
