import { useQuery } from '@tanstack/react-query';
import {
  Age,
  Answer,
  Figure,
  FigureRow,
  Link,
  PhoneLayout,
  PhonePart,
  Row,
  Stack,
  Text,
  useFormats,
  useLive,
  useNow,
  useSay,
  useTexts,
} from '../../../web/kit/index.ts';
import { AlertSeverity } from './alert-bits.tsx';
import { client } from './client.ts';
import { useTrends } from './trends.ts';
import { operationsWords } from './words.ts';

/** The leader's phone: better or worse, where, who is late. Every figure opens its records. */
export function Page() {
  const t = useTexts(operationsWords);
  const say = useSay();
  const formats = useFormats();
  const now = useNow();
  const trends = useTrends();
  const counts = useQuery({ ...client.ask('GET /api/alerts/counts'), refetchInterval: 60_000 });
  const cases = useQuery({ ...client.ask('GET /api/case-counts'), refetchInterval: 60_000 });
  const worst = useQuery({
    ...client.ask('GET /api/alerts', { query: { state: 'active', sort: 'urgent', limit: 5 } }),
    refetchInterval: 60_000,
  });
  const late = useQuery({
    ...client.ask('GET /api/cases', { query: { open: true, sort: 'due', limit: 20 } }),
    refetchInterval: 60_000,
  });
  useLive(['alerts', 'cases'], () => {
    void counts.refetch();
    void cases.refetch();
    void worst.refetch();
    void late.refetch();
  });
  const links: Record<string, string> = {
    worst: '/console/map',
    middle: '/console/map',
    sending: '/console/entities',
  };
  return (
    <PhoneLayout title={t('leader')} sub={formats.day(now)}>
      <FigureRow label={t('leaderNow')}>
        <Figure
          title={t('openAlerts')}
          value={counts.data ? counts.data.open + counts.data.acknowledged : null}
          decimals={0}
          href="/console/alerts"
        />
        <Figure title={t('openIncidents')} value={cases.data?.open} decimals={0} href="/console/incidents" />
        <Figure
          title={t('lateIncidents')}
          value={cases.data?.late}
          decimals={0}
          href="/console/incidents"
          {...(cases.data && cases.data.late > 0 ? { severity: 3 as const } : {})}
        />
      </FigureRow>
      <PhonePart title={t('wrongNow')} href="/console/alerts">
        <Answer of={worst} isEmpty={(data) => data.items.length === 0} empty={<Text soft>{t('calm')}</Text>}>
          {(data) => (
            <Stack gap={3}>
              {data.items.map((alert) => (
                <div key={alert.id}>
                  <Row gap={2}>
                    <AlertSeverity severity={alert.severity} />
                    <Link href={`/console/alerts/${alert.id}`}>{say(alert.title)}</Link>
                  </Row>
                  <Text small soft>
                    {alert.entityName} · <Age at={alert.happenedAt} /> · {alert.acknowledged?.name ?? t('open')}
                  </Text>
                </div>
              ))}
            </Stack>
          )}
        </Answer>
      </PhonePart>
      <PhonePart title={t('better')} href="/console/indicators">
        <FigureRow label={t('better')}>
          {trends.map((one) => (
            <Figure
              key={one.id}
              title={one.title}
              value={one.value}
              {...(one.unit ? { unit: one.unit } : {})}
              decimals={one.decimals ?? 0}
              {...(one.at === undefined ? {} : { at: one.at })}
              {...(one.staleAfterSeconds === undefined ? {} : { staleAfterSeconds: one.staleAfterSeconds })}
              {...(one.provenance ? { provenance: one.provenance } : {})}
              note={`${one.better === 'more' ? '≥' : '≤'} ${formats.quantity(one.target, one.unit)}`}
              href={links[one.id] ?? `/console/indicators?code=${one.id}`}
            />
          ))}
        </FigureRow>
      </PhonePart>
      <PhonePart title={t('whoLate')} href="/console/incidents">
        <Answer of={late}>
          {(data) => {
            const overdue = data.items.filter((one) => one.dueAt && Date.parse(one.dueAt) < now.getTime());
            if (overdue.length === 0) return <Text soft>{t('nobodyLate')}</Text>;
            return (
              <Stack gap={3}>
                {overdue.map((one) => (
                  <div key={one.id}>
                    <Link href={`/console/incidents/${one.id}`}>{one.title}</Link>
                    <Text small soft>
                      {one.number} · {t('due')} <Age at={one.dueAt} />
                    </Text>
                  </div>
                ))}
              </Stack>
            );
          }}
        </Answer>
      </PhonePart>
    </PhoneLayout>
  );
}
