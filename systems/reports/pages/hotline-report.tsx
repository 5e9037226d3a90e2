import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react';
import {
  Button,
  ChoiceCards,
  ChoiceField,
  CodeBox,
  type FormSchema,
  LoadingState,
  notifyError,
  Panel,
  Row,
  SchemaForm,
  Stack,
  Text,
  TextField,
  Tile,
  useFormats,
  useLanguage,
  useRested,
  useSay,
  useTexts,
  type Values,
} from '../../../web/kit/index.ts';
import { spellCode } from '../spell.ts';
import { suggest } from '../suggest.ts';
import { UnitChoice, useAreaChoices } from './bits.tsx';
import { client } from './client.ts';
import { type Call, useKey } from './hotline-bits.ts';
import { hotlineWords } from './hotline-words.ts';

const HotlineMap = lazy(() => import('./hotline-map.tsx').then((loaded) => ({ default: loaded.HotlineMap })));

const LEAST = 10;
const SUGGESTED = 3;
const urgencies = ['normal', 'urgent', 'emergency'] as const;
type At = { lon: number; lat: number };
type Sms = 'posted' | 'no-carrier' | 'no-mobile';
type Done = { number: string; code: string; sms: Sms; lead: string; detail: string | null };

const rounded = (degrees: number): number => Math.round(degrees * 1e6) / 1e6;

/** The caller's report: category, place, what is like it nearby, its own fields; then the code, to be read out. */
export function HotlineReport(props: {
  call: Call;
  text: string;
  onDone: (kind: 'reported' | 'joined') => void;
  onAnother: () => void;
}) {
  const { call, onDone, onAnother } = props;
  const t = useTexts(hotlineWords);
  const [done, setDone] = useState<Done | null>(null);
  const [round, setRound] = useState(0);
  // The form is gone, and with it where the cursor was.
  const next = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (done) next.current?.focus({ preventScroll: true });
  }, [done]);
  if (!done) {
    return (
      <ReportForm
        {...props}
        key={round}
        onDone={(kind, result) => {
          setDone(result);
          onDone(kind);
        }}
      />
    );
  }
  return (
    <Panel title={done.lead} boxed>
      <Stack gap={3}>
        {done.detail ? <Text>{done.detail}</Text> : null}
        <ReadOut call={call} code={done.code} sms={done.sms} />
        <Row>
          <Button
            ref={next}
            onClick={() => {
              setDone(null);
              setRound((n) => n + 1);
              onAnother();
            }}
          >
            {t('another')}
          </Button>
        </Row>
      </Stack>
    </Panel>
  );
}

/** The code in groups with the names of its letters, and what becomes of the message. */
function ReadOut({ call, code, sms }: { call: Call; code: string; sms: Sms }) {
  const t = useTexts(hotlineWords);
  const language = useLanguage();
  const isDemo = useQuery(client.ask('GET /api/reports/hotline')).data?.sms.carrier === 'folder';
  const phone = call.phone ? `0${call.phone.slice(3)}` : '';
  const line =
    sms === 'posted'
      ? t(isDemo ? 'smsFolderPosted' : 'smsPosted', { phone })
      : t(sms === 'no-carrier' ? 'smsNoCarrier' : 'smsNoMobile');
  return (
    <Stack gap={3}>
      <CodeBox label={t('code')} code={code} />
      <Text strong>{t('readOut')}</Text>
      <Stack gap={1}>
        {spellCode(code, language).map(({ group, said }, n) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: groups of one code, in their order
          <Row key={n} gap={3} align="baseline">
            <Text inline strong numbers>
              {group}
            </Text>
            <Text inline>{said}</Text>
          </Row>
        ))}
      </Stack>
      <div role="status">
        <Tile tone={sms === 'posted' && !isDemo ? 'good' : 'warn'}>
          <Text>{line}</Text>
        </Tile>
      </div>
    </Stack>
  );
}

type FormProps = { call: Call; text: string; onDone: (kind: 'reported' | 'joined', done: Done) => void };

function ReportForm({ call, text, onDone }: FormProps) {
  const t = useTexts(hotlineWords);
  const say = useSay();
  const formats = useFormats();
  const [requestId] = useState(() => crypto.randomUUID());
  const [chosen, setChosen] = useState<string | null>(null);
  const [place, setPlace] = useState<At | null>(null);
  const [address, setAddress] = useState('');
  const [about, setAbout] = useState('');
  const [urgency, setUrgency] = useState<(typeof urgencies)[number]>('normal');
  const room = useRef<HTMLDivElement>(null);
  useKey('F9', () => room.current?.querySelector('form')?.requestSubmit());
  const categories = useQuery({ ...client.ask('GET /api/reports/categories'), staleTime: 300_000 }).data?.items;
  const leaves = useMemo(() => (categories ?? []).filter((one) => one.parent !== null), [categories]);
  const rested = useRested(text, 400);
  const suggested = useMemo(
    () =>
      suggest(rested, leaves)
        .slice(0, SUGGESTED)
        .flatMap(({ code }) => leaves.find((leaf) => leaf.code === code) ?? []),
    [rested, leaves],
  );
  const leaf = leaves.find((one) => one.code === chosen) ?? suggested[0] ?? null;
  const familyOf = (parent: string | null) => {
    const family = categories?.find((one) => one.code === parent);
    return family ? say(family.title) : '';
  };
  const send = async (values: Values): Promise<void> => {
    if (!leaf || !place) return;
    const sent = await client.call('POST /api/reports/hotline/calls/:id/report', {
      params: { id: call.id },
      body: {
        requestId,
        text,
        category: leaf.code,
        location: place,
        ...(address.trim() ? { address: address.trim() } : {}),
        urgency,
        fields: Object.fromEntries(
          Object.entries(values).filter(([, value]) => value !== undefined && value !== ''),
        ) as Record<string, unknown>,
        ...(leaf.aboutUnit && about ? { aboutOrganisationId: about } : {}),
      },
    });
    const unit = sent.organisationName ? say(sent.organisationName) : t('noUnit');
    onDone('reported', {
      number: sent.number,
      code: sent.code,
      sms: sent.sms,
      lead: t('taken', { number: sent.number }),
      detail: sent.dueAt ? t('goesTo', { unit, due: formats.instant(sent.dueAt) }) : null,
    });
  };
  const missing = text.trim().length < LEAST ? t('tooShort') : place === null ? t('needPlace') : null;
  return (
    <Panel title={t('report')}>
      <Stack gap={4}>
        {suggested.length > 0 ? (
          <ChoiceCards
            label={t('suggested')}
            value={leaf?.code ?? null}
            onChange={setChosen}
            choices={suggested.map((one) => ({ value: one.code, title: say(one.title), text: familyOf(one.parent) }))}
          />
        ) : null}
        <ChoiceField
          required
          label={suggested.length > 0 ? t('otherKind') : t('chooseKind')}
          value={suggested.some((one) => one.code === leaf?.code) ? undefined : leaf?.code}
          onChange={(code) => setChosen(code ?? null)}
          choices={leaves.map((one) => ({ value: one.code, title: `${familyOf(one.parent)} – ${say(one.title)}` }))}
        />
        <Place place={place} onPlace={setPlace} />
        <TextField label={t('address')} value={address} onChange={setAddress} maxLength={300} autoComplete="off" />
        {leaf?.aboutUnit ? <UnitChoice label={t('aboutUnit')} value={about} onChange={setAbout} /> : null}
        <Near call={call} category={leaf?.aboutUnit ? null : (leaf?.code ?? null)} place={place} onDone={onDone} />
        {leaf ? (
          <div ref={room}>
            <SchemaForm key={leaf.code} schema={leaf.form as FormSchema} submit={t('send')} onSubmit={send}>
              <ChoiceField
                required
                label={t('urgency')}
                value={urgency}
                onChange={(value) => setUrgency(urgencies.find((one) => one === value) ?? 'normal')}
                choices={urgencies.map((one) => ({ value: one, title: t(one) }))}
              />
              {urgency === 'emergency' ? (
                <Tile tone="warn">
                  <Text strong>{t('danger')}</Text>
                </Tile>
              ) : null}
              {missing ? (
                <div role="status">
                  <Text soft>{missing}</Text>
                </div>
              ) : null}
            </SchemaForm>
          </div>
        ) : null}
      </Stack>
    </Panel>
  );
}

/** 'Xã Vũ Thư' as 'Vũ Thư (xã)': a list is gone to by the first letters of the name. */
const byName = (title: string): string => {
  const [, kind, name] = /^(Xã|Phường|Thị trấn|Đặc khu) (.+)$/.exec(title) ?? [];
  return kind && name ? `${name} (${kind.toLowerCase()})` : title;
};

/** A commune by its name first; then the place itself on the map. */
function Place({ place, onPlace }: { place: At | null; onPlace: (at: At) => void }) {
  const t = useTexts(hotlineWords);
  const areas = useAreaChoices().map(({ value, title }) => ({ value, title: byName(title) }));
  const [area, setArea] = useState<string>();
  const [from, setFrom] = useState<At | null>(null);
  const units = useQuery({
    ...client.ask('GET /api/territory/units', { query: { level: 'commune', limit: 1000 } }),
    staleTime: 3_600_000,
  }).data?.items;
  const rested = useRested(place, 300);
  const found = useQuery({
    ...client.ask('GET /api/reports/place', { query: { lon: rested?.lon ?? 0, lat: rested?.lat ?? 0 } }),
    enabled: rested !== null,
    staleTime: 600_000,
  }).data;
  return (
    <Stack gap={2}>
      <ChoiceField
        required
        label={t('area')}
        hint={t('areaHint')}
        value={area}
        onChange={(code) => {
          setArea(code);
          const centre = units?.find((one) => one.code === code)?.centre;
          if (!centre) return;
          const at = { lon: rounded(centre.lon), lat: rounded(centre.lat) };
          setFrom(at);
          onPlace(at);
        }}
        choices={areas.toSorted((a, b) => a.title.localeCompare(b.title, 'vi'))}
      />
      <Text small soft>
        {t('mapLead')}
      </Text>
      <Suspense fallback={<LoadingState height={320} />}>
        <HotlineMap
          key={from ? `${from.lon} ${from.lat}` : 'province'}
          from={from}
          onPlace={(at) => onPlace({ lon: rounded(at.lon), lat: rounded(at.lat) })}
        />
      </Suspense>
      <div aria-live="polite">
        {rested && found ? (
          <Text strong alarm={found.areaCode === null}>
            {found.areaName ? t('here', { area: found.areaName }) : t('outside')}
          </Text>
        ) : null}
      </div>
    </Stack>
  );
}

/** What others reported at the same place: one more caller is joined to it instead of a second report. */
function Near({
  call,
  category,
  place,
  onDone,
}: {
  call: Call;
  category: string | null;
  place: At | null;
  onDone: FormProps['onDone'];
}) {
  const t = useTexts(hotlineWords);
  const formats = useFormats();
  const [busy, setBusy] = useState(false);
  const at = useRested(place, 400);
  const near = useQuery({
    queryKey: ['hotline-near', call.id, category, at],
    queryFn: () =>
      client.call('POST /api/reports/hotline/calls/:id/nearby', {
        params: { id: call.id },
        body: { category: category ?? '', location: at ?? { lon: 0, lat: 0 } },
      }),
    enabled: category !== null && at !== null,
    retry: false,
  });
  const join = async (number: string): Promise<void> => {
    setBusy(true);
    try {
      const params = { id: call.id };
      const body = { requestId: `${call.id} ${number}`, number };
      const joined = await client.call('POST /api/reports/hotline/calls/:id/join', { params, body });
      const { code, sms, meToo } = joined;
      onDone('joined', { number, code, sms, lead: t('joinedTo', { number }), detail: t('meToo', { n: meToo }) });
    } catch (error) {
      notifyError(error);
    } finally {
      setBusy(false);
    }
  };
  const items = near.data?.items ?? [];
  return (
    <section aria-label={t('near')}>
      <Stack gap={2}>
        <Text strong>{`${t('near')}${items.length > 0 ? ` (${items.length})` : ''}`}</Text>
        {category === null || at === null ? <Text soft>{t('nearFirst')}</Text> : null}
        {near.isSuccess && items.length === 0 ? <Text soft>{t('nearNone')}</Text> : null}
        {items.map((one) => (
          <Tile key={one.number}>
            <Row gap={3} spread>
              <Text inline strong numbers>
                {one.number}
              </Text>
              <Text inline soft small>
                {[t('metres', { n: one.metres }), formats.instant(one.receivedAt), t('meToo', { n: one.meToo })].join(
                  ' · ',
                )}
              </Text>
            </Row>
            <Text>{one.text}</Text>
            {one.may.includes('join') ? (
              <Button busy={busy} aria-label={`${t('joinAct')}: ${one.number}`} onClick={() => void join(one.number)}>
                {t('joinAct')}
              </Button>
            ) : null}
          </Tile>
        ))}
      </Stack>
    </section>
  );
}
