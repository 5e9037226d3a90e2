import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  Button,
  CheckField,
  ChoiceField,
  type Column,
  DataTable,
  ErrorState,
  NumberField,
  notify,
  Panel,
  ProblemError,
  Row,
  Split,
  Stack,
  Text,
  TextAreaField,
  useSay,
  useTexts,
} from '../../../web/kit/index.ts';
import { UnitChoice, useAreaChoices, useCategoryChoices } from './bits.tsx';
import { EditSheet } from './edit-sheet.tsx';
import { routingWords } from './routing-words.ts';
import { client } from './settings-client.ts';
import { SettingsPage } from './settings-page.tsx';

type Routes = Awaited<ReturnType<typeof client.call<'GET /api/reports/manage/routes'>>>['items'];
type Route = Routes[number];
type Tried = Awaited<ReturnType<typeof client.call<'POST /api/reports/manage/routes/try'>>>;

/** The rules that send a report elsewhere than its category says, in the order in which they are tried. */
export function Page() {
  const t = useTexts(routingWords);
  const say = useSay();
  const found = useQuery(client.ask('GET /api/reports/manage/routes'));
  const categories = useCategoryChoices();
  const [edited, setEdited] = useState<Route | 'new' | null>(null);
  const titleOf = (code: string | null): string =>
    code === null ? t('any') : (categories.find((one) => one.value === code)?.title.replace(/^– /, '') ?? code);
  const columns: Column<Route>[] = [
    { id: 'n', title: t('n'), kind: 'number', decimals: 0, value: (row) => row.n },
    { id: 'category', title: t('category'), value: (row) => titleOf(row.category) },
    { id: 'area', title: t('area'), value: (row) => row.areaName ?? row.areaCode ?? t('everywhere') },
    {
      id: 'unit',
      title: t('unit'),
      value: (row) =>
        row.organisationId === null
          ? t('historyShort')
          : row.organisationName
            ? say(row.organisationName)
            : t('ended', { id: row.organisationId }),
    },
    { id: 'reason', title: t('reason'), value: (row) => row.reason },
    { id: 'state', title: t('state'), filter: true, value: (row) => (row.active ? t('on') : t('off')) },
  ];
  const nextN = Math.max(0, ...(found.data?.items ?? []).map((one) => one.n)) + 10;
  return (
    <SettingsPage
      path="reports/settings/routes"
      title={t('routes')}
      lead={t('lead')}
      primary={
        <Button kind="primary" onClick={() => setEdited('new')}>
          {t('add')}
        </Button>
      }
    >
      <Split
        sideWidth={400}
        main={
          <DataTable
            label={t('routes')}
            columns={columns}
            rows={found.data?.items}
            rowKey={(row) => row.id}
            rowName={(row) => `${row.n}. ${titleOf(row.category)}`}
            onOpen={setEdited}
            view={{}}
            onView={() => undefined}
            error={found.error}
            onRetry={() => void found.refetch()}
            empty={t('none')}
            fileName="quy-tac-chuyen-xu-ly"
          />
        }
        side={<TryRoutes />}
      />
      {edited === null ? null : (
        <RouteSheet
          of={edited === 'new' ? null : edited}
          nextN={nextN}
          onClose={() => setEdited(null)}
          onDone={() => {
            setEdited(null);
            notify({ title: t('saved'), kind: 'done' });
            void found.refetch();
          }}
        />
      )}
    </SettingsPage>
  );
}

function RouteSheet({
  of,
  nextN,
  onClose,
  onDone,
}: {
  of: Route | null;
  nextN: number;
  onClose: () => void;
  onDone: () => void;
}) {
  const t = useTexts(routingWords);
  const say = useSay();
  const categories = useCategoryChoices();
  const areas = useAreaChoices();
  const [n, setN] = useState<number | undefined>(of?.n ?? nextN);
  const [category, setCategory] = useState<string | undefined>(of?.category ?? undefined);
  const [areaCode, setArea] = useState<string | undefined>(of?.areaCode ?? undefined);
  const [how, setHow] = useState(of && of.organisationId === null ? 'history' : 'unit');
  const [unit, setUnit] = useState(of?.organisationId ?? '');
  const [reason, setReason] = useState(of?.reason ?? '');
  const [active, setActive] = useState(of?.active ?? true);
  const isOrder = n !== undefined && Number.isInteger(n) && n >= 0;
  const save = async () => {
    const body = {
      n: n ?? nextN,
      category: category ?? null,
      areaCode: areaCode ?? null,
      organisationId: how === 'history' ? null : unit,
      reason,
      active,
    };
    if (of) {
      await client.call('PUT /api/reports/manage/routes/:id', {
        params: { id: of.id },
        body: { ...body, version: of.version },
      });
    } else await client.call('POST /api/reports/manage/routes', { body });
    onDone();
  };
  return (
    <EditSheet
      title={of ? t('edit') : t('add')}
      verb={t('save')}
      ready={isOrder && reason.trim() !== '' && (how === 'history' || unit !== '')}
      onSave={save}
      onClose={onClose}
    >
      <Text soft small>
        {t('newOnly')}
      </Text>
      <NumberField label={t('n')} hint={t('nHint')} required value={n} onChange={setN} />
      <ChoiceField label={t('category')} hint={t('any')} value={category} onChange={setCategory} choices={categories} />
      <ChoiceField label={t('area')} hint={t('everywhere')} value={areaCode} onChange={setArea} choices={areas} />
      <ChoiceField
        label={t('how')}
        required
        {...(how === 'history' ? { hint: t('historyHint') } : {})}
        value={how}
        onChange={(value) => setHow(value ?? 'unit')}
        choices={[
          { value: 'unit', title: t('toUnit') },
          { value: 'history', title: t('toHistory') },
        ]}
      />
      {how === 'unit' ? (
        <UnitChoice
          label={t('chooseUnit')}
          value={unit}
          onChange={setUnit}
          known={
            of?.organisationId && of.organisationName
              ? { value: of.organisationId, title: say(of.organisationName) }
              : null
          }
        />
      ) : null}
      <TextAreaField label={t('reason')} required rows={2} value={reason} onChange={setReason} />
      <CheckField label={t('active')} value={active} onChange={setActive} />
    </EditSheet>
  );
}

/** A text, a category, a place: which unit, and the rule that decided. */
function TryRoutes() {
  const t = useTexts(routingWords);
  const say = useSay();
  const categories = useCategoryChoices();
  const areas = useAreaChoices();
  const [text, setText] = useState('');
  const [category, setCategory] = useState<string | undefined>();
  const [areaCode, setArea] = useState<string | undefined>();
  const [tried, setTried] = useState<Tried | null>(null);
  const [refusal, setRefusal] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const attempt = async () => {
    setBusy(true);
    setRefusal(null);
    setTried(null);
    try {
      setTried(
        await client.call('POST /api/reports/manage/routes/try', {
          body: { areaCode: areaCode ?? '', ...(text.trim() ? { text } : {}), ...(category ? { category } : {}) },
        }),
      );
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      setRefusal(error);
    } finally {
      setBusy(false);
    }
  };
  const why = ({ why: reason, rule, areaName, solved }: Tried): string => {
    switch (reason) {
      case 'rule':
        return t('why_rule', { n: rule?.n ?? 0, reason: rule?.reason ?? '' });
      case 'history':
        return t('why_history', { n: rule?.n ?? 0, solved: solved ?? 0, area: areaName });
      case 'category':
        return t('why_category');
      case 'commune':
        return t('why_commune', { area: areaName });
      case 'province':
        return t('why_province');
      case 'above':
        return t('why_above');
      default:
        return t('why_nobody');
    }
  };
  return (
    <Panel boxed title={t('try')}>
      <Stack gap={3}>
        <Text soft small>
          {t('tryLead')}
        </Text>
        <TextAreaField label={t('text')} rows={3} value={text} onChange={setText} />
        <ChoiceField
          label={t('orCategory')}
          hint={t('orCategoryHint')}
          value={category}
          onChange={setCategory}
          choices={categories.filter((one) => one.parent !== null)}
        />
        <ChoiceField label={t('place')} required value={areaCode} onChange={setArea} choices={areas} />
        <Row>
          <Button
            busy={busy}
            disabled={areaCode === undefined || (text.trim() === '' && category === undefined)}
            onClick={() => void attempt()}
          >
            {t('tryNow')}
          </Button>
        </Row>
        {refusal ? <ErrorState error={refusal} /> : null}
        {tried ? (
          <div role="status">
            <Stack gap={1}>
              <Text strong>
                {tried.organisationName ? t('goesTo', { unit: say(tried.organisationName) }) : t('goesNowhere')}
              </Text>
              <Text>{why(tried)}</Text>
              <Text small soft>
                {t(tried.isSuggested ? 'asSuggested' : 'asCategory', { category: say(tried.category.title) })}
              </Text>
            </Stack>
          </div>
        ) : null}
      </Stack>
    </Panel>
  );
}
