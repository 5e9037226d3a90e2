import { keepPreviousData, useQueries } from '@tanstack/react-query';
import { useState } from 'react';
import { Button, Stack, Text, TextField, useOnline, useTexts } from '../../kit/index.ts';
import { client } from '../client.ts';
import { reportWords } from './words.ts';

/** The last day of the old communes, whose names people still use. */
const BEFORE_MERGER = '2025-06-30';
const SHOWN = 6;

type Found = { key: string; name: string; lon: number; lat: number; former: boolean };

/** Finds communes and wards by name, of today and of before the merger. Streets are in no register that we have. */
export function PlaceSearch({ onFound }: { onFound: (at: { lon: number; lat: number }) => void }) {
  const t = useTexts(reportWords);
  const online = useOnline();
  const [typed, setTyped] = useState('');
  const q = typed.trim();
  const [now, before] = useQueries({
    queries: [undefined, BEFORE_MERGER].map((at) => ({
      ...client.ask('GET /api/territory/units', {
        query: { q, level: 'commune', limit: SHOWN, ...(at ? { at } : {}) },
      }),
      enabled: q.length >= 2 && online,
      staleTime: 600_000,
      placeholderData: keepPreviousData,
    })),
  });
  const rows = (items: typeof now, former: boolean): Found[] =>
    (items?.data?.items ?? []).flatMap(({ id, name, centre }) =>
      centre ? [{ key: id, name, ...centre, former }] : [],
    );
  const today = rows(now, false);
  const found = [...today, ...rows(before, true).filter((one) => !today.some(({ name }) => name === one.name))];
  return (
    <Stack gap={2}>
      <TextField required kind="search" label={t('search')} hint={t('searchHint')} value={typed} onChange={setTyped} />
      {q.length >= 2
        ? found.slice(0, SHOWN).map((one) => (
            <Button
              key={`${one.key} ${one.former}`}
              kind="quiet"
              onClick={() => {
                setTyped('');
                onFound({ lon: one.lon, lat: one.lat });
              }}
            >
              {one.former ? t('formerName', { name: one.name }) : one.name}
            </Button>
          ))
        : null}
      {q.length >= 2 && now?.isSuccess && before?.isSuccess && found.length === 0 ? (
        <Text soft>{t('searchNone')}</Text>
      ) : null}
    </Stack>
  );
}
