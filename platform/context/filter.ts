import { refuse } from '../words/index.ts';

const MOST = 10;
const TERM = /^\s*([A-Za-z_]\w{0,99})\s*(?:(==|!=|>=|<=|>|<)\s*(.+?)\s*)?$/s;

/** `indexed`: the index of properties leaves few rows; else each must be looked at. */
export type Filter = { path: string; indexed: boolean };

/**
 * What is asked of properties, in the words of NGSI-LD's `q`: terms that must all hold, with `;` between them:
 * `power>=50;street=="Lê Lợi";dimmable==true;batch` (a bare name: it is there). A property that is a list holds where
 * one of its members does.
 *
 * @returns `path`: a jsonpath predicate, to be bound as a value: names are checked, strings are quoted, nothing else gets in
 * @throws Refusal 400 where it cannot be read
 */
export function readFilter(text: string): Filter {
  const terms = splitTerms(text);
  if (terms.length === 0 || terms.length > MOST) throw unreadable(text);
  let indexed = false;
  const parts = terms.map((term) => {
    const [, name, operator, value] = TERM.exec(term) ?? [];
    if (name === undefined) throw unreadable(term);
    const path = `$."${name}"`;
    if (operator === undefined || value === undefined) return `exists(${path})`;
    if (operator === '==') indexed = true;
    return `${path} ${operator} ${literal(value, term)}`;
  });
  return { path: parts.join(' && '), indexed };
}

function literal(value: string, term: string): string {
  let read: unknown;
  try {
    read = JSON.parse(value);
  } catch {
    throw unreadable(term);
  }
  const kind = typeof read;
  if (kind !== 'string' && kind !== 'number' && kind !== 'boolean') throw unreadable(term);
  return JSON.stringify(read);
}

/** At each `;` that does not stand within quotes. */
function splitTerms(text: string): string[] {
  return [...text.matchAll(/(?:"(?:[^"\\]|\\.)*"|[^;"])+|"/gs)].map(([term]) => term);
}

const unreadable = (what: string) =>
  refuse(400, 'bad-filter', {
    vi: `Không đọc được điều kiện thuộc tính “${what.slice(0, 100)}”. Viết như power>=50;street=="Lê Lợi" (chuỗi trong ngoặc kép, tối đa ${MOST} điều kiện).`,
    en: `The condition on properties “${what.slice(0, 100)}” cannot be read. Write it like power>=50;street=="Lê Lợi" (strings in quotes, at most ${MOST} conditions).`,
  });
