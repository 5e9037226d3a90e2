import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import {
  Age,
  Answer,
  Button,
  ChoiceField,
  ConfirmAct,
  ExplainBody,
  Facts,
  Page as KitPage,
  Link,
  notify,
  Panel,
  ProvenanceMark,
  Row,
  SideSheet,
  Split,
  Stack,
  Text,
  Timeline,
  useFormats,
  useLive,
  useNavigateTo,
  useSay,
  useTexts,
} from '../../../web/kit/index.ts';
import { EntityNow } from '../../../web/kit/province.ts';
import { AlertSeverity, AlertState, acknowledge } from './alert-bits.tsx';
import { client } from './client.ts';
import { OpenIncident } from './open-incident.tsx';
import { queueWords } from './queue-words.ts';
import { operationsWords } from './words.ts';

const stepWords: Record<string, { vi: string; en: string }> = {
  opened: { vi: 'Phát sinh cảnh báo', en: 'Raised' },
  reopened: { vi: 'Tái diễn', en: 'Came back' },
  rose: { vi: 'Tăng mức', en: 'Rose' },
  fell: { vi: 'Giảm mức', en: 'Fell' },
  updated: { vi: 'Ghi nhận thêm', en: 'Seen again' },
  snoozed: { vi: 'Tạm hoãn', en: 'Put off' },
  woken: { vi: 'Hết thời gian hoãn', en: 'Came back' },
  cleared: { vi: 'Hết điều kiện', en: 'Condition over' },
  returned: { vi: 'Điều kiện trở lại', en: 'Condition came back' },
  acknowledged: { vi: 'Đã nhận xử lý', en: 'Acknowledged' },
  assigned: { vi: 'Giao cho', en: 'Given to' },
  flapping: { vi: 'Thành cảnh báo chập chờn', en: 'Flapping' },
  quiet: { vi: 'Đã yên, hết chập chờn', en: 'Quiet again' },
  closed: { vi: 'Đã đóng', en: 'Closed' },
  linked: { vi: 'Gắn vào sự cố', en: 'Linked to an incident' },
  unlinked: { vi: 'Tách khỏi sự cố', en: 'Unlinked' },
};

const SNOOZE_HOURS = [0.5, 1, 2, 4, 8] as const;

/** One alert: what it says, why, what was done, and the next act. */
export function Page() {
  const t = useTexts(operationsWords);
  const q = useTexts(queueWords);
  const say = useSay();
  const formats = useFormats();
  const navigate = useNavigateTo();
  const { id = '' } = useParams({ strict: false });
  const alert = useQuery(client.ask('GET /api/alerts/:id', { params: { id } }));
  const [closing, setClosing] = useState(false);
  const [opening, setOpening] = useState(false);
  const [putting, setPutting] = useState(false);
  const [hours, setHours] = useState('1');
  useLive(['alerts'], (event) => {
    const { subject } = event.data as { subject?: string };
    // Without a subject the stream begins anew: anything may have happened.
    if (subject === undefined || subject === id) void alert.refetch();
  });

  return (
    <Answer of={alert}>
      {(one) => {
        const next = one.may.includes('acknowledge') ? (
          <Button kind="primary" onClick={() => void acknowledge(one.id, t('taken')).then(() => alert.refetch())}>
            {t('take')}
          </Button>
        ) : one.caseId ? (
          <Button kind="primary" href={`/console/incidents/${one.caseId}`}>
            {t('goIncident')}
          </Button>
        ) : one.state !== 'closed' && one.may.length > 0 ? (
          <Button kind="primary" onClick={() => setOpening(true)}>
            {t('openIncident')}
          </Button>
        ) : null;
        return (
          <KitPage
            title={say(one.title)}
            crumbs={[{ title: t('alerts'), href: '/console/alerts' }, { title: one.entityName }]}
            lead={
              <Row gap={3}>
                <AlertSeverity severity={one.severity} />
                <AlertState alert={one} />
                <ProvenanceMark provenance={one.provenance} />
              </Row>
            }
            primary={next}
            acts={
              <>
                {one.may.includes('snooze') ? <Button onClick={() => setPutting(true)}>{t('snooze')}</Button> : null}
                {one.may.includes('close') ? <Button onClick={() => setClosing(true)}>{t('close')}</Button> : null}
              </>
            }
          >
            <Split
              main={
                <>
                  <Text prose>{say(one.text)}</Text>
                  {one.why ? (
                    <Panel title={t('evidence')}>
                      <ExplainBody
                        explanation={{
                          value: formats.quantity(one.value, one.unit),
                          formula: say(one.why.words),
                          ...(one.why.rule ? { version: one.why.rule.version } : {}),
                          law: one.why.rule?.law ? say(one.why.rule.law) : null,
                          columns: [{ title: t('time') }, { title: t('value1') }, { title: t('value'), number: true }],
                          rows: one.why.rows.map((row, index) => ({
                            id: String(index),
                            cells: [formats.instant(row.at), say(row.title), formats.quantity(row.value, row.unit)],
                          })),
                          href: `/console/entities/${encodeURIComponent(one.entityId)}`,
                        }}
                      />
                    </Panel>
                  ) : null}
                </>
              }
              side={
                <>
                  <Panel>
                    <Facts
                      facts={[
                        {
                          term: t('where'),
                          value: (
                            <Link href={`/console/entities/${encodeURIComponent(one.entityId)}`}>{one.entityName}</Link>
                          ),
                        },
                        one.flapping && {
                          term: t('flappingFact'),
                          value: t('flappingSince', {
                            n: one.flapping.times,
                            at: formats.instant(one.flapping.since),
                            quiet: formats.duration(one.flapping.quietMs / 1000),
                          }),
                        },
                        one.groupId !== null && {
                          term: q('inStorm'),
                          value: <Link href={`/console/alerts/groups/${one.groupId}`}>{q('members')}</Link>,
                        },
                        {
                          term: t('value'),
                          // What it was when the alert was last seen, and what its source says now.
                          value:
                            one.value === null ? null : (
                              <>
                                {formats.quantity(one.value, one.unit)} <Age at={one.lastAt} />
                              </>
                            ),
                        },
                        {
                          term: t('sourceNow'),
                          value: (
                            <EntityNow
                              id={one.entityId}
                              {...(one.evidence ? { property: one.evidence.property } : {})}
                            />
                          ),
                        },
                        { term: t('peak'), value: formats.quantity(one.peak, one.unit) },
                        { term: t('happened'), value: formats.instant(one.happenedAt) },
                        { term: t('known'), value: formats.instant(one.knownAt) },
                        { term: t('count'), value: formats.number(one.count, 0) },
                        one.acknowledged && {
                          term: t('holder'),
                          value: `${one.acknowledged.name}, ${formats.instant(one.acknowledged.at)}`,
                        },
                        one.snoozed && {
                          term: t('snoozedBy'),
                          value: `${one.snoozed.name}: ${one.snoozed.reason}`,
                        },
                        one.reminders > 0 && { term: t('reminders'), value: formats.number(one.reminders, 0) },
                        one.remindAt !== null && { term: t('remindAt'), value: formats.instant(one.remindAt) },
                        one.closed && { term: t('reason'), value: one.closed.reason },
                      ]}
                    />
                  </Panel>
                  <Panel title={t('timeline')}>
                    <Timeline
                      label={t('timeline')}
                      items={one.timeline.map((step, index) => ({
                        id: String(index),
                        at: step.happenedAt,
                        knownAt: step.knownAt,
                        title: say(stepWords[step.kind] ?? { vi: step.kind, en: step.kind }),
                        body: step.note,
                        who: step.by.name,
                      }))}
                    />
                  </Panel>
                </>
              }
            />
            <ConfirmAct
              opened={closing}
              onClose={() => setClosing(false)}
              title={`${t('close')}?`}
              happens={t('closeHappens')}
              verb={t('close')}
              reason={{ label: t('reason'), required: true }}
              onConfirm={async (reason) => {
                await client.call('POST /api/alerts/:id/close', { params: { id }, body: { reason } });
                setClosing(false);
                await alert.refetch();
              }}
            />
            <ConfirmAct
              opened={putting}
              onClose={() => setPutting(false)}
              title={t('snoozeAsk')}
              happens={
                <Stack gap={3}>
                  <Text>{t('snoozeHappens')}</Text>
                  <ChoiceField
                    label={t('snoozeFor')}
                    required
                    value={hours}
                    onChange={(value) => setHours(value ?? '1')}
                    choices={SNOOZE_HOURS.map((n) => ({
                      value: String(n),
                      title: formats.duration(n * 3600),
                    }))}
                  />
                </Stack>
              }
              verb={t('snooze')}
              reason={{ label: t('reason'), required: true }}
              onConfirm={async (reason) => {
                const until = new Date(Date.now() + Number(hours) * 3_600_000).toISOString();
                await client.call('POST /api/alerts/:id/snooze', { params: { id }, body: { until, reason } });
                setPutting(false);
                await alert.refetch();
              }}
            />
            <SideSheet opened={opening} onClose={() => setOpening(false)} title={t('openIncident')} modal>
              <OpenIncident
                title={`${say(one.title)} – ${one.entityName}`}
                alert={one}
                alertIds={[one.id]}
                onOpened={(caseId) => {
                  notify({ title: t('openIncident'), kind: 'done' });
                  navigate(`/console/incidents/${caseId}`);
                }}
              />
            </SideSheet>
          </KitPage>
        );
      }}
    </Answer>
  );
}
