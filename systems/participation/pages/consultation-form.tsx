import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import {
  Answer,
  Button,
  CheckField,
  ChoiceField,
  InstantField,
  Page as KitPage,
  LoadingState,
  NumberField,
  notifyError,
  Panel,
  Row,
  Stack,
  TextAreaField,
  TextField,
  useNavigateTo,
  useTexts,
} from '../../../web/kit/index.ts';
import { client } from './client.ts';
import { words } from './words.ts';

type Option = { id: string; title: string; costVnd: number | undefined };
type Kind = 'choice' | 'approval' | 'budget';
type Draft = {
  title: string;
  body: string;
  areaCode: string | undefined;
  kind: Kind;
  mostChoices: number | undefined;
  budgetVnd: number | undefined;
  options: Option[];
  binding: boolean;
  quorum: number | undefined;
  opensAt: string | undefined;
  closesAt: string | undefined;
  version: number | null;
};

const EMPTY: Draft = {
  title: '',
  body: '',
  areaCode: undefined,
  kind: 'choice',
  mostChoices: undefined,
  budgetVnd: undefined,
  options: [
    { id: 'phuong-an-1', title: '', costVnd: undefined },
    { id: 'phuong-an-2', title: '', costVnd: undefined },
  ],
  binding: false,
  quorum: 0,
  opensAt: undefined,
  closesAt: undefined,
  version: null,
};

/** A new consultation, or a draft that is edited: one column, in the order in which a citizen reads it. */
export function Page() {
  const t = useTexts(words);
  const goTo = useNavigateTo();
  const { id } = useParams({ strict: false }) as { id?: string };
  const session = useQuery(client.ask('GET /api/session'));
  const communes = useQuery(client.ask('GET /api/territory/units', { query: { level: 'commune', limit: 1000 } }));
  const known = useQuery({
    ...client.ask('GET /api/participation/consultations/:id', { params: { id: id ?? '-' } }),
    enabled: id !== undefined,
  });
  const [draft, setDraft] = useState<Draft>(EMPTY);
  const [busy, setBusy] = useState(false);
  const set = (change: Partial<Draft>) => setDraft((now) => ({ ...now, ...change }));
  useEffect(() => {
    const row = known.data;
    if (!row) return;
    setDraft({
      title: row.title,
      body: row.body,
      areaCode: row.areaCode ?? undefined,
      kind: row.question.kind,
      mostChoices: row.question.mostChoices,
      budgetVnd: row.question.budgetVnd,
      options: row.question.options.map((one) => ({ id: one.id, title: one.title, costVnd: one.costVnd })),
      binding: row.binding,
      quorum: row.quorum,
      opensAt: row.opensAt,
      closesAt: row.closesAt,
      version: row.version,
    });
  }, [known.data]);
  const organisationId = known.data?.organisationId ?? session.data?.principal?.organisationId ?? null;
  const complete =
    draft.title.trim().length >= 5 &&
    draft.body.trim().length >= 20 &&
    draft.options.every((one) => one.title.trim() !== '') &&
    draft.opensAt !== undefined &&
    draft.closesAt !== undefined &&
    organisationId !== null;

  const save = async () => {
    setBusy(true);
    const body = {
      title: draft.title,
      body: draft.body,
      organisationId: organisationId ?? '',
      areaCode: draft.areaCode ?? null,
      question: {
        kind: draft.kind,
        options: draft.options.map((one) => ({
          id: one.id,
          title: one.title,
          ...(draft.kind === 'budget' && one.costVnd ? { costVnd: one.costVnd } : {}),
        })),
        ...(draft.kind === 'approval' && draft.mostChoices ? { mostChoices: draft.mostChoices } : {}),
        ...(draft.kind === 'budget' && draft.budgetVnd ? { budgetVnd: draft.budgetVnd } : {}),
      },
      binding: draft.binding,
      quorum: draft.quorum ?? 0,
      opensAt: draft.opensAt ?? '',
      closesAt: draft.closesAt ?? '',
    };
    try {
      const saved =
        id && draft.version !== null
          ? await client.call('PUT /api/participation/consultations/:id', {
              params: { id },
              body: { ...body, expectedVersion: draft.version },
            })
          : await client.call('POST /api/participation/consultations', { body });
      goTo(`/console/participation/${saved.id}`);
    } catch (error) {
      notifyError(error);
    } finally {
      setBusy(false);
    }
  };
  const setOption = (n: number, change: Partial<Option>) =>
    set({ options: draft.options.map((one, at) => (at === n ? { ...one, ...change } : one)) });
  const nextId = (): string => {
    const used = new Set(draft.options.map((one) => one.id));
    let n = draft.options.length + 1;
    while (used.has(`phuong-an-${n}`)) n += 1;
    return `phuong-an-${n}`;
  };

  const form = (
    <Stack gap={4}>
      <TextField label={t('title')} required value={draft.title} onChange={(title) => set({ title })} maxLength={200} />
      <TextAreaField
        label={t('body')}
        hint={t('bodyHint')}
        required
        rows={6}
        value={draft.body}
        onChange={(body) => set({ body })}
      />
      <ChoiceField
        label={t('place')}
        hint={t('everywhere')}
        value={draft.areaCode}
        onChange={(areaCode) => set({ areaCode })}
        choices={(communes.data?.items ?? []).map((one) => ({ value: one.code, title: one.name }))}
      />
      <InstantField label={t('opensAt')} required value={draft.opensAt} onChange={(opensAt) => set({ opensAt })} />
      <InstantField label={t('closesAt')} required value={draft.closesAt} onChange={(closesAt) => set({ closesAt })} />
      <ChoiceField
        label={t('kind')}
        required
        value={draft.kind}
        onChange={(kind) => set({ kind: (kind ?? 'choice') as Kind })}
        choices={(['choice', 'approval', 'budget'] as const).map((kind) => ({ value: kind, title: t(kind) }))}
      />
      {draft.kind === 'approval' ? (
        <NumberField
          label={t('mostChoices')}
          value={draft.mostChoices}
          onChange={(mostChoices) => set({ mostChoices })}
        />
      ) : null}
      {draft.kind === 'budget' ? (
        <NumberField
          label={t('budgetVnd')}
          required
          unit="đồng"
          value={draft.budgetVnd}
          onChange={(budgetVnd) => set({ budgetVnd })}
        />
      ) : null}
      <Panel title={t('options')}>
        <Stack gap={3}>
          {draft.options.map((option, n) => (
            <Row key={option.id} gap={3} align="end">
              <TextField
                label={t('option', { n: n + 1 })}
                required
                value={option.title}
                onChange={(title) => setOption(n, { title })}
                maxLength={200}
              />
              {draft.kind === 'budget' ? (
                <NumberField
                  label={t('costVnd')}
                  required
                  unit="đồng"
                  value={option.costVnd}
                  onChange={(costVnd) => setOption(n, { costVnd })}
                />
              ) : null}
              {draft.options.length > 2 ? (
                <Button
                  kind="quiet"
                  aria-label={`${t('remove')} ${option.title}`}
                  onClick={() => set({ options: draft.options.filter((_one, at) => at !== n) })}
                >
                  {t('remove')}
                </Button>
              ) : null}
            </Row>
          ))}
          <Button onClick={() => set({ options: [...draft.options, { id: nextId(), title: '', costVnd: undefined }] })}>
            {t('addOption')}
          </Button>
        </Stack>
      </Panel>
      <CheckField
        label={t('binding')}
        hint={t('bindingHint')}
        value={draft.binding}
        onChange={(binding) => set({ binding })}
      />
      <NumberField label={t('quorum')} required value={draft.quorum} onChange={(quorum) => set({ quorum })} />
      <Row>
        <Button kind="primary" busy={busy} disabled={!complete} onClick={() => void save()}>
          {t('save')}
        </Button>
      </Row>
    </Stack>
  );
  return (
    <KitPage title={id ? t('edit') : t('add')} lead={t('lead')}>
      {id ? (
        <Answer of={known} loading={<LoadingState lines={8} />}>
          {() => form}
        </Answer>
      ) : (
        form
      )}
    </KitPage>
  );
}
