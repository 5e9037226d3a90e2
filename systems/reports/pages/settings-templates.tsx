import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  Button,
  CheckField,
  ChoiceField,
  type Column,
  DataTable,
  notify,
  Panel,
  Text,
  TextAreaField,
  TextField,
  useTexts,
} from '../../../web/kit/index.ts';
import { templateKinds } from '../types.ts';
import { useCategoryChoices } from './bits.tsx';
import { EditSheet } from './edit-sheet.tsx';
import { routingWords } from './routing-words.ts';
import { client } from './settings-client.ts';
import { SettingsPage } from './settings-page.tsx';

type Template = Awaited<ReturnType<typeof client.call<'GET /api/reports/manage/templates'>>>['items'][number];

/** Ready texts that officers choose from while they answer, ask, refuse or transfer. */
export function Page() {
  const t = useTexts(routingWords);
  const found = useQuery(client.ask('GET /api/reports/manage/templates'));
  const categories = useCategoryChoices();
  const [edited, setEdited] = useState<Template | 'new' | null>(null);
  const kindOf = (kind: string): string => {
    const known = templateKinds.find((one) => one === kind);
    return known ? t(known) : kind;
  };
  const columns: Column<Template>[] = [
    { id: 'name', title: t('name'), value: (row) => row.title },
    { id: 'kind', title: t('kind'), filter: true, value: (row) => kindOf(row.kind) },
    {
      id: 'category',
      title: t('category'),
      value: (row) =>
        row.category === null
          ? t('any')
          : (categories.find((one) => one.value === row.category)?.title.replace(/^– /, '') ?? row.category),
    },
    { id: 'text', title: t('templateText'), value: (row) => row.text },
    { id: 'state', title: t('state'), filter: true, value: (row) => (row.active ? t('on') : t('off')) },
  ];
  return (
    <SettingsPage
      path="reports/settings/templates"
      title={t('templates')}
      lead={t('templatesLead')}
      primary={
        <Button kind="primary" onClick={() => setEdited('new')}>
          {t('addTemplate')}
        </Button>
      }
    >
      <DataTable
        label={t('templates')}
        columns={columns}
        rows={found.data?.items}
        rowKey={(row) => row.id}
        rowName={(row) => row.title}
        onOpen={setEdited}
        view={{}}
        onView={() => undefined}
        error={found.error}
        onRetry={() => void found.refetch()}
        empty={t('noTemplates')}
        fileName="mau-cau-tra-loi"
      />
      {edited === null ? null : (
        <TemplateSheet
          of={edited === 'new' ? null : edited}
          onClose={() => setEdited(null)}
          onDone={(title) => {
            setEdited(null);
            notify({ title: t('savedTemplate', { title }), kind: 'done' });
            void found.refetch();
          }}
        />
      )}
    </SettingsPage>
  );
}

function TemplateSheet({
  of,
  onClose,
  onDone,
}: {
  of: Template | null;
  onClose: () => void;
  onDone: (title: string) => void;
}) {
  const t = useTexts(routingWords);
  const categories = useCategoryChoices();
  const [kind, setKind] = useState<(typeof templateKinds)[number]>(
    templateKinds.find((one) => one === of?.kind) ?? 'answer',
  );
  const [category, setCategory] = useState<string | undefined>(of?.category ?? undefined);
  const [title, setTitle] = useState(of?.title ?? '');
  const [text, setText] = useState(of?.text ?? '');
  const [active, setActive] = useState(of?.active ?? true);
  const chosen = categories.find((one) => one.value === category) ?? categories.find((one) => one.parent !== null);
  const sample = text
    .replaceAll('{số}', 'PA-2026-000123')
    .replaceAll('{lĩnh vực}', chosen?.title.replace(/^– /, '') ?? '')
    .replaceAll('{đơn vị}', t('sampleUnit'));
  const save = async () => {
    const body = { kind, category: category ?? null, title, text, active };
    if (of) {
      await client.call('PUT /api/reports/manage/templates/:id', {
        params: { id: of.id },
        body: { ...body, version: of.version },
      });
    } else await client.call('POST /api/reports/manage/templates', { body });
    onDone(title);
  };
  return (
    <EditSheet
      title={of ? t('editTemplate') : t('addTemplate')}
      verb={t('saveTemplate')}
      ready={title.trim() !== '' && text.trim() !== ''}
      onSave={save}
      onClose={onClose}
    >
      <TextField label={t('name')} required maxLength={150} value={title} onChange={setTitle} />
      <ChoiceField
        label={t('kind')}
        required
        value={kind}
        onChange={(value) => setKind(templateKinds.find((one) => one === value) ?? kind)}
        choices={templateKinds.map((value) => ({ value, title: t(value) }))}
      />
      <ChoiceField label={t('category')} hint={t('any')} value={category} onChange={setCategory} choices={categories} />
      <TextAreaField
        label={t('templateText')}
        hint={t('templatesLead')}
        required
        rows={6}
        value={text}
        onChange={setText}
      />
      {text.trim() === '' ? null : (
        <Panel boxed title={t('preview')}>
          <Text prose>{sample}</Text>
        </Panel>
      )}
      <CheckField label={t('templateActive')} value={active} onChange={setActive} />
    </EditSheet>
  );
}
