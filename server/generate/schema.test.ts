import { describe, expect, it } from 'vitest';
import { page, table } from './markdown.ts';
import { tablesOf } from './schema.ts';

describe('the schema page', () => {
  it('takes each whole create table with the comment above it, and nothing else', () => {
    const text = [
      '-- Sluices.',
      'create table sluices (',
      '  id text primary key, -- a key; not the end',
      '  name text not null',
      ');',
      'create index sluices_name on sluices (name);',
      'create table log (at date) partition by range (at);',
    ].join('\n');
    expect(tablesOf(text)).toEqual([
      '-- Sluices.\ncreate table sluices (\n  id text primary key, -- a key; not the end\n  name text not null\n);',
      'create table log (at date) partition by range (at);',
    ]);
  });
});

describe('a generated table', () => {
  it('is not broken by a bar or a line break in a cell', () => {
    expect(table(['a'], [['x | y\n  z']])).toBe('| a |\n| --- |\n| x \\| y z |');
  });

  it('stands on a page that says where it comes from and ends with one line break', () => {
    expect(page('# A')).toMatch(/^<!-- Written by .* -->\n\n# A\n$/);
  });
});
