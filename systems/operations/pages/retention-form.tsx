import { useState } from 'react';
import {
  Button,
  ChoiceField,
  ConfirmAct,
  DateField,
  Link,
  NumberField,
  notify,
  notifyError,
  Row,
  Stack,
  Text,
  TextAreaField,
  TextField,
  useFormats,
  useTexts,
} from '../../../web/kit/index.ts';
import { client } from './client.ts';
import { retentionWords } from './retention-words.ts';

type Preview = Awaited<ReturnType<typeof client.call<'POST /api/retention/:id/preview'>>>;
export type Class = Awaited<ReturnType<typeof client.call<'GET /api/retention'>>>['classes'][number];
type Cover = { value: string; title: string };

/** A name for addresses out of a title: 'Mực nước' -> 'muc-nuoc'. */
const nameOf = (title: string): string =>
  `c-${title
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[đĐ]/g, 'd')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')}`
    .slice(0, 40)
    .replace(/-$/, '');

/** Makes or changes a class: first what it would delete, then the yes. */
export function ClassForm({ of, covers, onDone }: { of: Class | null; covers: Cover[]; onDone: () => void }) {
  const t = useTexts(retentionWords);
  const formats = useFormats();
  const [title, setTitle] = useState(of?.title ?? '');
  const [chosen, setChosen] = useState<string[]>(of?.covers ?? []);
  const [raw, setRaw] = useState<number | undefined>(of?.rawDays);
  const [hours, setHours] = useState<number | undefined>(of?.hourDays ?? undefined);
  const [reason, setReason] = useState(of?.reason ?? '');
  const [preview, setPreview] = useState<Preview | null>(null);
  const id = of?.id ?? nameOf(title);
  const terms = { covers: chosen, rawDays: raw ?? 0, hourDays: hours ?? null };
  const look = async () => {
    try {
      setPreview(await client.call('POST /api/retention/:id/preview', { params: { id }, body: terms }));
    } catch (error) {
      notifyError(error);
    }
  };
  const titleOf = (cover: string): string => covers.find((one) => one.value === cover)?.title ?? cover;
  const ready = title.trim().length >= 3 && chosen.length > 0 && (raw ?? 0) >= 31 && reason.trim().length >= 5;
  return (
    <Stack gap={4}>
      <TextField label={t('title')} required value={title} onChange={setTitle} maxLength={200} />
      <Stack gap={2}>
        <Text strong>{t('covers')}</Text>
        {chosen.map((cover) => (
          <Row key={cover} gap={2} spread>
            <Text inline>{titleOf(cover)}</Text>
            <Button onClick={() => setChosen(chosen.filter((one) => one !== cover))}>
              {t('takeOut', { name: titleOf(cover) })}
            </Button>
          </Row>
        ))}
        <ChoiceField
          label={t('addCover')}
          hint={t('coversHint')}
          required
          value={undefined}
          onChange={(cover) => cover && setChosen([...chosen, cover])}
          choices={covers.filter((one) => !chosen.includes(one.value))}
        />
      </Stack>
      <NumberField label={t('raw')} hint={t('rawHint')} required unit={t('days')} value={raw} onChange={setRaw} />
      <NumberField label={t('hours')} hint={t('hoursHint')} unit={t('days')} value={hours} onChange={setHours} />
      <TextAreaField label={t('reason')} required rows={2} value={reason} onChange={setReason} />
      <Button kind="primary" disabled={!ready} onClick={() => void look()}>
        {t('preview')}
      </Button>
      <ConfirmAct
        opened={preview !== null}
        onClose={() => setPreview(null)}
        title={t('ask', { title })}
        happens={
          preview ? (
            <Stack gap={2}>
              <Text strong>
                {preview.observations > 0
                  ? t('goes', {
                      n: formats.number(preview.observations),
                      day: formats.date(preview.before),
                      first: formats.date(preview.first),
                    })
                  : t('goesNothing', { day: formats.date(preview.before) })}
              </Text>
              {preview.hours > 0 ? (
                <Text>
                  {t('goesHours', { n: formats.number(preview.hours), day: formats.date(preview.hoursBefore) })}
                </Text>
              ) : null}
            </Stack>
          ) : null
        }
        to={chosen.map(titleOf).join('; ')}
        undo={preview ? t('undo', { at: formats.instant(preview.effectiveAt) }) : null}
        verb={t('set')}
        danger
        onConfirm={async () => {
          await client.call('PUT /api/retention/:id', { params: { id }, body: { title, reason, ...terms } });
          notify({ title: t('done', { title }), kind: 'done' });
          onDone();
        }}
      />
    </Stack>
  );
}

/** Single values of a class as files, before they go. */
export function ClassFiles({ of }: { of: Class }) {
  const t = useTexts(retentionWords);
  const [from, setFrom] = useState<string | undefined>();
  const [to, setTo] = useState<string | undefined>(of.before);
  return (
    <Stack gap={3}>
      <Text>{t('filesOf', { title: of.title })}</Text>
      <DateField label={t('from')} required value={from} onChange={setFrom} />
      <DateField label={t('to')} required value={to} onChange={setTo} />
      {from && to && from < to ? (
        <Row gap={4}>
          <Link
            download
            href={client.address('GET /api/retention/:id/export.csv', { params: { id: of.id }, query: { from, to } })}
          >
            {t('csv')}
          </Link>
          <Link
            download
            href={client.address('GET /api/retention/:id/export.parquet', {
              params: { id: of.id },
              query: { from, to },
            })}
          >
            {t('parquet')}
          </Link>
        </Row>
      ) : null}
    </Stack>
  );
}
