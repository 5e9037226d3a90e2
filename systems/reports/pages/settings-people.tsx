import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  Button,
  ChoiceField,
  type Column,
  DataTable,
  NumberField,
  notify,
  pickFile,
  Stack,
  Text,
  TextField,
  useFormats,
  useNow,
  useSay,
  useTexts,
} from '../../../web/kit/index.ts';
import { type PeopleFlaw, type PeopleRow, readPeople } from '../people-csv.ts';
import { EditSheet } from './edit-sheet.tsx';
import { peopleWords } from './people-words.ts';
import { client } from './settings-client.ts';
import { SettingsPage } from './settings-page.tsx';

type Item = Awaited<ReturnType<typeof client.call<'GET /api/reports/manage/inhabitants'>>>['items'][number];
type Read = { rows: PeopleRow[]; flaws: PeopleFlaw[]; of: string | null };

const isYear = (year: number | undefined): year is number =>
  year !== undefined && Number.isInteger(year) && year >= 2000 && year <= 2100;

/** A year is chosen, not counted: '2026', without a mark for thousands. */
function YearField(props: { label: string; value: number | undefined; onChange: (year: number | undefined) => void }) {
  const last = useNow().getFullYear() + 1;
  return (
    <ChoiceField
      label={props.label}
      required
      value={props.value === undefined ? undefined : String(props.value)}
      onChange={(year) => props.onChange(year === undefined ? undefined : Number(year))}
      choices={Array.from({ length: 12 }, (_, back) => String(last - back)).map((value) => ({ value, title: value }))}
    />
  );
}

/** How many live in each commune, by year, with the source: what figures per 1,000 are counted with. */
export function Page() {
  const t = useTexts(peopleWords);
  const now = useNow();
  const [year, setYear] = useState<number | undefined>(now.getFullYear());
  const found = useQuery(client.ask('GET /api/reports/manage/inhabitants', { query: isYear(year) ? { year } : {} }));
  const [read, setRead] = useState<Read | null>(null);
  const items = found.data?.items;
  const missing = (items ?? []).filter((one) => one.inhabitants === null).length;
  const columns: Column<Item>[] = [
    { id: 'area', title: t('area'), value: (row) => row.areaName },
    { id: 'people', title: t('inhabitants'), kind: 'number', decimals: 0, value: (row) => row.inhabitants },
    { id: 'year', title: t('year'), value: (row) => (row.year === null ? null : String(row.year)) },
    { id: 'source', title: t('source'), filter: true, value: (row) => row.source },
  ];
  const communes = (items ?? []).map((one) => ({ code: one.areaCode, name: one.areaName }));
  const take = async (file: File) => setRead({ ...readPeople(await file.text(), communes), of: null });
  return (
    <SettingsPage
      path="reports/settings/people"
      title={t('people')}
      lead={t('lead')}
      primary={
        <Button kind="primary" disabled={items === undefined} onClick={() => pickFile('text/csv,.csv,.txt', take)}>
          {t('import')}
        </Button>
      }
    >
      <Stack gap={3}>
        <YearField label={t('shownYear')} value={year} onChange={setYear} />
        {missing > 0 ? <Text soft>{t('missing', { n: missing })}</Text> : null}
        <DataTable
          label={t('people')}
          columns={columns}
          rows={items}
          rowKey={(row) => row.areaCode}
          rowName={(row) => row.areaName}
          onOpen={(row) =>
            setRead({
              rows: [{ areaCode: row.areaCode, areaName: row.areaName, inhabitants: row.inhabitants ?? 0 }],
              flaws: [],
              of: row.areaName,
            })
          }
          view={{}}
          onView={() => undefined}
          error={found.error}
          onRetry={() => void found.refetch()}
          empty={t('none')}
          // All communes of the province on one page: a gap among them is seen.
          pageSize={200}
          fileName="so-dan"
        />
      </Stack>
      {read ? (
        <PeopleSheet
          read={read}
          before={items ?? []}
          year={isYear(year) ? year : now.getFullYear()}
          onClose={() => setRead(null)}
          onDone={(n, saved) => {
            setRead(null);
            setYear(saved);
            notify({ title: t('entered', { n }), kind: 'done' });
            void found.refetch();
          }}
        />
      ) : null}
    </SettingsPage>
  );
}

function PeopleSheet({
  read,
  before,
  year: shown,
  onClose,
  onDone,
}: {
  read: Read;
  before: readonly Item[];
  year: number;
  onClose: () => void;
  onDone: (n: number, year: number) => void;
}) {
  const t = useTexts(peopleWords);
  const say = useSay();
  const formats = useFormats();
  const [year, setYear] = useState<number | undefined>(shown);
  const [source, setSource] = useState('');
  const [own, setOwn] = useState<number | undefined>(read.rows[0]?.inhabitants || undefined);
  const rows = read.of === null ? read.rows : read.rows.map((row) => ({ ...row, inhabitants: own ?? 0 }));
  const isWhole = rows.length > 0 && rows.every((row) => Number.isInteger(row.inhabitants) && row.inhabitants > 0);
  const save = async () => {
    if (!isYear(year)) return;
    await client.call('PUT /api/reports/manage/inhabitants', {
      body: { year, source, items: rows.map(({ areaCode, inhabitants }) => ({ areaCode, inhabitants })) },
    });
    onDone(rows.length, year);
  };
  const columns: Column<PeopleRow>[] = [
    { id: 'area', title: t('area'), value: (row) => row.areaName },
    { id: 'people', title: t('inhabitants'), kind: 'number', decimals: 0, value: (row) => row.inhabitants },
    {
      id: 'change',
      title: t('changes'),
      kind: 'number',
      value: (row) => {
        const old = before.find((one) => one.areaCode === row.areaCode)?.inhabitants;
        return old ? row.inhabitants / old - 1 : null;
      },
      text: (row) => {
        const old = before.find((one) => one.areaCode === row.areaCode)?.inhabitants;
        if (!old) return '–';
        const change = row.inhabitants / old - 1;
        return `${change > 0 ? '+' : ''}${formats.share(change)}`;
      },
    },
  ];
  return (
    <EditSheet
      title={read.of === null ? t('import') : t('edit', { name: read.of })}
      verb={t('save')}
      ready={isWhole && isYear(year) && source.trim() !== ''}
      onSave={save}
      onClose={onClose}
    >
      {read.of === null ? (
        <>
          <Text soft small>
            {t('importHint')}
          </Text>
          <Text strong>{rows.length > 0 ? t('importLead', { n: rows.length }) : t('nothing')}</Text>
          {read.flaws.length > 0 ? (
            <Stack gap={1}>
              <Text alarm>{t('flaws', { n: read.flaws.length })}</Text>
              {read.flaws.slice(0, 20).map((flaw) => (
                <Text key={flaw.line} small>
                  {t('flaw', { line: flaw.line, text: say(flaw.text) })}
                </Text>
              ))}
            </Stack>
          ) : null}
        </>
      ) : (
        <NumberField label={t('inhabitants')} required value={own} onChange={setOwn} />
      )}
      <YearField label={t('year')} value={year} onChange={setYear} />
      <TextField
        label={t('source')}
        hint={t('sourceHint')}
        required
        maxLength={200}
        value={source}
        onChange={setSource}
      />
      {read.of === null && rows.length > 0 ? (
        <DataTable
          label={t('importLead', { n: rows.length })}
          columns={columns}
          rows={rows}
          rowKey={(row) => row.areaCode}
          rowName={(row) => row.areaName}
          view={{}}
          onView={() => undefined}
        />
      ) : null}
    </EditSheet>
  );
}
