import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { suggest } from '../../../systems/reports/suggest.ts';
import {
  Answer,
  ChoiceCards,
  ChoiceField,
  type FormSchema,
  Link,
  Row,
  SchemaForm,
  Stack,
  Text,
  Tile,
  useOnline,
  useSay,
  useTexts,
  type Values,
} from '../../kit/index.ts';
import { client } from '../client.ts';
import type { StepProps } from './report.tsx';
import type { Urgency } from './store.ts';
import { useCategories } from './use-stored.ts';
import { reportWords } from './words.ts';

const SUGGESTED = 3;
const urgencies = ['normal', 'urgent', 'emergency'] as const satisfies readonly Urgency[];

type Category = NonNullable<ReturnType<typeof useCategories>['data']>['items'][number];

/** The kind, suggested from the words and taken by one touch; its own fields; how urgent it is. */
export function KindStep(props: StepProps) {
  const t = useTexts(reportWords);
  const categories = useCategories();
  if (categories.data === undefined && categories.fetchStatus === 'paused') return <Text alarm>{t('noKinds')}</Text>;
  return <Answer of={categories}>{(data) => <Kind {...props} categories={data.items} />}</Answer>;
}

function Kind({ draft, change, go, categories }: StepProps & { categories: readonly Category[] }) {
  const t = useTexts(reportWords);
  const say = useSay();
  const time = useTimeAllowed();
  const leaves = useMemo(() => categories.filter((one) => one.parent !== null), [categories]);
  const byWords = useMemo(() => suggest(draft.text, leaves).map(({ code }) => code), [draft.text, leaves]);
  const { place } = draft;
  const online = useOnline();
  const byPlace = useQuery({
    queryKey: ['suggest', place?.lon, place?.lat],
    queryFn: () =>
      client.call('POST /api/reports/suggest', {
        body: { text: '', location: { lon: place?.lon ?? 0, lat: place?.lat ?? 0 } },
      }),
    enabled: online && place !== null,
    retry: false,
  });
  // The words are known at once; the place comes after them, so that nothing moves under the finger.
  const suggested = [...new Set([...byWords, ...(byPlace.data?.items ?? []).map(({ code }) => code)])]
    .slice(0, SUGGESTED)
    .flatMap((code) => leaves.find((leaf) => leaf.code === code) ?? []);
  const [urgency, setUrgency] = useState(draft.urgency);
  // The place alone chooses nothing for anybody: it only stands first to be chosen.
  const chosen = leaves.find((one) => one.code === (draft.category ?? byWords[0])) ?? null;
  const familyOf = (leaf: Category) => categories.find((one) => one.code === leaf.parent);
  const choose = (code: string | undefined) => {
    if (code) change({ category: code, fields: {} });
  };
  return (
    <Stack gap={5}>
      {suggested.length > 0 ? (
        <ChoiceCards
          label={t('suggested')}
          value={chosen?.code ?? null}
          onChange={choose}
          choices={suggested.map((one) => ({
            value: one.code,
            title: say(one.title),
            text: say(familyOf(one)?.title ?? one.title),
          }))}
        />
      ) : null}
      <ChoiceField
        required
        label={suggested.length > 0 ? t('other') : t('chooseKind')}
        value={suggested.some((one) => one.code === chosen?.code) ? undefined : chosen?.code}
        onChange={choose}
        choices={leaves.map((one) => ({
          value: one.code,
          title: `${say(familyOf(one)?.title ?? one.title)} – ${say(one.title)}`,
        }))}
      />
      {chosen ? (
        <SchemaForm
          key={chosen.code}
          schema={chosen.form as FormSchema}
          initial={draft.fields}
          submit={t('next')}
          onSubmit={(values) => {
            change({ category: chosen.code, urgency, fields: known(values) });
            go('twins');
          }}
        >
          <ChoiceCards
            label={t('urgency')}
            value={urgency}
            onChange={(value) => setUrgency(urgencies.find((one) => one === value) ?? 'normal')}
            choices={urgencies.map((one) => ({
              value: one,
              title: t(one),
              text: t('within', { time: time(chosen.deadlines[one]) }),
            }))}
          />
          {urgency === 'emergency' ? (
            <Tile tone="warn">
              <Text>{t('danger')}</Text>
              <Row gap={4}>
                {['112', '113', '114', '115'].map((number) => (
                  <Link key={number} href={`tel:${number}`}>
                    <strong>{number}</strong>
                  </Link>
                ))}
              </Row>
            </Tile>
          ) : null}
          {chosen.isPublic ? null : (
            <Text small soft>
              {t(chosen.aboutUnit ? 'aboutUnit' : 'notPublic')}
            </Text>
          )}
        </SchemaForm>
      ) : null}
    </Stack>
  );
}

function known(values: Values): Record<string, string | number | boolean> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[name, value]])),
  );
}

/** 'PT4H' of calendar time: 4 giờ. */
function useTimeAllowed() {
  const t = useTexts(reportWords);
  return (deadline: { budget: string; kind: string } | undefined): string => {
    const [, days, hours] = /^P(?:(\d+)D)?(?:T(\d+)H)?$/.exec(deadline?.budget ?? '') ?? [];
    const working = deadline?.kind === 'working';
    if (days) return t(working ? 'workingDays' : 'days', { n: Number(days) });
    if (hours) return t(working ? 'workingHours' : 'hours', { n: Number(hours) });
    return deadline?.budget ?? '';
  };
}
