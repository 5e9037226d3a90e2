import { parse } from 'csv-parse/sync';
import { plain, refuse, type Text } from '../words/index.ts';
import { DEVICE_ID } from './api.ts';

/** One line of a list of devices; `line` as an editor counts it. */
export type Registration = { line: number; id: string; name: string; entityIds: string[] };

export type ReadList = { good: Registration[]; bad: { line: number; id: string; reason: Text }[] };

const ID = new RegExp(DEVICE_ID);
const MOST = 10_000;

/** Headings as people write them, folded by `plain`. */
const headings: Record<string, 'id' | 'name' | 'entities'> = {
  id: 'id',
  ma: 'id',
  'ma thiet bi': 'id',
  name: 'name',
  ten: 'name',
  'ten thiet bi': 'name',
  entities: 'entities',
  entity: 'entities',
  'doi tuong': 'entities',
  'ma doi tuong': 'entities',
};

/**
 * Reads a list of devices (CSV with comma, semicolon or tab; headings `id,name,entities` or `Mã,Tên,Đối tượng`; several
 * entities of one device separated by spaces or `|`). Lines that are not right are told, the others are taken.
 * @throws Refusal 422 where nothing can be read
 */
export function readList(csv: string): ReadList {
  let rows: { record: Partial<Record<string, string>>; line: number }[];
  try {
    rows = parse<(typeof rows)[number], Record<string, string>>(csv, {
      bom: true,
      delimiter: [',', ';', '\t'],
      columns: (names: string[]) => names.map((name) => headings[plain(name)] ?? name),
      on_record: (record, { lines }) => ({ record, line: lines }),
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    });
  } catch (error) {
    throw refuse(422, 'not-csv', {
      vi: `Không đọc được tệp CSV: ${(error as Error).message}`,
      en: `The CSV file cannot be read: ${(error as Error).message}`,
    });
  }
  const first = rows[0]?.record;
  if (!first || !('id' in first && 'name' in first && 'entities' in first)) throw noHeadings();
  if (rows.length > MOST) throw tooMany();
  const found: ReadList = { good: [], bad: [] };
  const seen = new Set<string>();
  for (const { record, line } of rows) {
    const { id = '', name = '', entities = '' } = record;
    const entityIds = [...new Set(entities.split(/[\s|]+/).filter(Boolean))];
    const reason = seen.has(id)
      ? TWICE
      : !ID.test(id)
        ? BAD_ID
        : name === ''
          ? NO_NAME
          : entityIds.length === 0
            ? NO_ENTITY
            : null;
    if (reason) found.bad.push({ line, id: id.slice(0, 100), reason });
    else found.good.push({ line, id, name: name.slice(0, 200), entityIds });
    seen.add(id);
  }
  return found;
}

const TWICE = { vi: 'mã thiết bị có hai lần trong tệp', en: 'the id stands twice in the file' };
const BAD_ID = {
  vi: 'mã thiết bị chỉ gồm chữ không dấu, số, gạch nối, gạch dưới, dài 1–100',
  en: 'an id has only letters, digits, - and _, 1 to 100 of them',
};
const NO_NAME = { vi: 'thiếu tên thiết bị', en: 'the name is missing' };
const NO_ENTITY = { vi: 'thiếu mã đối tượng mà thiết bị gửi số liệu', en: 'no entity is named' };

function noHeadings() {
  return refuse(422, 'no-headings', {
    vi: 'Dòng đầu phải có ba cột: Mã, Tên, Đối tượng (hoặc id, name, entities).',
    en: 'The first line must name three columns: id, name, entities.',
  });
}

function tooMany() {
  return refuse(422, 'too-many', {
    vi: `Một tệp có tối đa ${MOST} thiết bị; hãy chia thành nhiều tệp.`,
    en: `A file has at most ${MOST} devices; split it.`,
  });
}
