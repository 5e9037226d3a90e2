import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  ChoiceField,
  PhotoRow,
  Row,
  Severity,
  StateBadge,
  type StateTone,
  Text,
  TextField,
  useFormats,
  useSay,
  useTexts,
} from '../../../web/kit/index.ts';
import { client, type DeskItem } from './client.ts';
import { words } from './words.ts';

export const openSteps = ['received', 'assigned', 'in-progress', 'asked', 'proposed', 'reopened'] as const;
export const allSteps = [...openSteps, 'published', 'closed', 'refused'] as const;
const tones: Record<string, StateTone> = {
  received: 'new',
  assigned: 'waiting',
  'in-progress': 'active',
  asked: 'waiting',
  proposed: 'waiting',
  reopened: 'late',
  published: 'done',
  closed: 'done',
  refused: 'neutral',
};

/** The step's name in words. */
export function useStepWord(): (step: string) => string {
  const t = useTexts(words);
  return (step) => {
    const known = allSteps.find((one) => one === step);
    if (!known) return step;
    return known === 'received' ? t('received_step') : known === 'closed' ? t('closedStep') : t(known);
  };
}

export function StepBadge({ step }: { step: string }) {
  const word = useStepWord();
  return <StateBadge word={word(step)} tone={tones[step] ?? 'neutral'} />;
}

/** Where its clock stands, in a line: nothing loud while half the time is left. */
export function ClockLine({ item }: { item: Pick<DeskItem, 'step' | 'rung' | 'dueAt' | 'late'> }) {
  const t = useTexts(words);
  const formats = useFormats();
  const isOpen = openSteps.some((one) => one === item.step);
  if (!isOpen)
    return (
      <Text inline soft>
        {t('closed')}
      </Text>
    );
  if (item.dueAt === null)
    return (
      <Text inline soft>
        {t('stands')}
      </Text>
    );
  const at = formats.instant(item.dueAt);
  if (item.late || item.rung >= 100) return <Severity step={4} word={t('lateSince', { at })} />;
  if (item.rung >= 50) {
    return <Severity step={item.rung >= 80 ? 3 : 2} word={`${t('used', { n: item.rung })} · ${t('dueAt', { at })}`} />;
  }
  return (
    <Text inline numbers>
      {t('dueAt', { at })}
    </Text>
  );
}

/** What an officer should know of it at a glance. */
export function Marks({ item }: { item: DeskItem }) {
  const t = useTexts(words);
  const said = [
    item.urgency === 'normal' ? null : t(item.urgency),
    item.isModerated ? null : t('notModerated'),
    item.meToo > 0 ? t('meToo', { n: item.meToo }) : null,
    item.transfers > 0 ? t('transfers', { n: item.transfers }) : null,
    item.isReopened ? t('isReopened') : null,
    item.rating === null ? null : t('stars', { n: item.rating }),
  ].filter((one) => one !== null);
  return said.length > 0 ? (
    <Text inline small soft>
      {said.join(' · ')}
    </Text>
  ) : null;
}

export function ReportPhotos({
  number,
  photos,
}: {
  number: string;
  photos: readonly { fileId: string; part: string }[];
}) {
  const t = useTexts(words);
  return (
    <PhotoRow
      photos={photos.map(({ fileId, part }, index) => ({
        id: fileId,
        small: `/api/files/${fileId}/thumbnail`,
        whole: `/api/files/${fileId}`,
        alt: t('photoAlt', { n: index + 1, number }),
        caption: part === 'after' ? t('after') : t('before'),
      }))}
    />
  );
}

/** A unit found by its name; the list never holds all of them. */
export function UnitChoice({
  label,
  value,
  onChange,
  known,
}: {
  label: string;
  value: string;
  onChange: (id: string) => void;
  /** the unit that stands there already, which the first page of a search may not hold */
  known?: { value: string; title: string } | null;
}) {
  const t = useTexts(words);
  const say = useSay();
  const [q, setQ] = useState('');
  const found = useQuery(client.ask('GET /api/organisations', { query: { q, limit: 20 } }));
  const listed = (found.data?.items ?? []).map((one) => ({ value: one.id, title: say(one.name) }));
  const choices = known && !listed.some((one) => one.value === known.value) ? [known, ...listed] : listed;
  return (
    <Row gap={3} align="end">
      <TextField label={t('findUnit')} kind="search" value={q} onChange={setQ} />
      <ChoiceField
        label={label}
        required
        value={choices.some((one) => one.value === value) ? value : undefined}
        onChange={(id) => onChange(id ?? '')}
        choices={choices}
      />
    </Row>
  );
}

/** Families with their leaves below them, as one list. */
export function useCategoryChoices(): { value: string; title: string; parent: string | null }[] {
  const say = useSay();
  const found = useQuery({ ...client.ask('GET /api/reports/categories'), staleTime: 300_000 });
  const all = found.data?.items ?? [];
  return all
    .filter((one) => one.parent === null)
    .flatMap((family) => [
      { value: family.code, title: say(family.title), parent: null },
      ...all
        .filter((one) => one.parent === family.code)
        .map((one) => ({ value: one.code, title: `– ${say(one.title)}`, parent: family.code })),
    ]);
}

export function useAreaChoices(): { value: string; title: string }[] {
  const found = useQuery({
    ...client.ask('GET /api/territory/units', { query: { level: 'commune', limit: 1000 } }),
    staleTime: 3_600_000,
  });
  return (found.data?.items ?? []).map((one) => ({ value: one.code, title: one.name }));
}
