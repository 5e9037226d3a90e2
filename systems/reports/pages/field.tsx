import { useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import {
  Button,
  EmptyState,
  ErrorState,
  Page as KitPage,
  Link,
  LoadingState,
  ProvenanceMark,
  Row,
  Stack,
  Text,
  Tile,
  useFormats,
  useOnline,
  useSay,
  useTexts,
  ViewSwitch,
} from '../../../web/kit/index.ts';
import { ClockLine, Marks } from './bits.tsx';
import { type FieldItem, type Readiness, useFieldDay } from './field-day.ts';
import { FieldLetters } from './field-letters.tsx';
import { FieldReport, KeptPhotos } from './field-report.tsx';
import { fieldWords } from './field-words.ts';

const FieldMap = lazy(() => import('./field-map.tsx').then((loaded) => ({ default: loaded.FieldMap })));

const HERE = '/console/reports/field';

/** The officer's day in the field, on a phone, with or without a network. */
export function Page() {
  const t = useTexts(fieldWords);
  const formats = useFormats();
  const search = useSearch({ strict: false }) as Record<string, string>;
  const online = useOnline();
  const day = useFieldDay();
  const { list, letters } = day;
  const isOffline = day.isOffline || !online;
  const open = search.id ? (list?.items.find((one) => one.id === search.id) ?? null) : null;
  const isMap = search.view === 'map';
  const at = list ? formats.time(list.at) : '';
  return (
    <KitPage
      title={t('title')}
      lead={list ? t('listAt', { at: formats.instant(list.at) }) : undefined}
      {...(search.id ? { crumbs: [{ href: HERE, title: t('back') }] } : {})}
      acts={
        search.id ? null : (
          <ViewSwitch
            label={t('views')}
            views={[
              { title: t('asList'), href: HERE, current: !isMap },
              { title: t('asMap'), href: `${HERE}?view=map`, current: isMap },
            ]}
          />
        )
      }
    >
      <Stack gap={4}>
        {isOffline && list ? (
          <div role="status">
            <Tile tone="warn">
              <Text>{t('offline', { at })}</Text>
            </Tile>
          </div>
        ) : null}
        {!isOffline && day.beganOffline ? (
          <Tile tone="good">
            <Row spread>
              <Text>{t('reloadPages')}</Text>
              <Button onClick={() => window.location.reload()}>{t('reload')}</Button>
            </Row>
          </Tile>
        ) : null}
        {day.outcome && !day.outcome.signedIn ? (
          <Tile tone="warn">
            <Text>{t('signIn')}</Text>
            <Button href={`/console/login?to=${encodeURIComponent(HERE)}`}>{t('signInAct')}</Button>
          </Tile>
        ) : null}
        {day.error ? <ErrorState error={day.error} onRetry={() => void day.refresh()} /> : null}
        <FieldLetters
          letters={search.id ? letters.filter((one) => one.about === search.id) : letters}
          items={list?.items ?? []}
          onSend={day.send}
          onRefresh={day.refresh}
        />
        {search.id ? (
          open && day.userId ? (
            <FieldReport item={open} userId={day.userId} letters={letters} onWritten={day.send} />
          ) : day.isLoading ? (
            <LoadingState />
          ) : (
            <EmptyState title={t('gone')} act={<Button href={HERE}>{t('back')}</Button>} />
          )
        ) : list === null ? (
          day.isLoading || day.busy ? (
            <LoadingState />
          ) : (
            <EmptyState title={t('notKept')}>{t('notKeptDo')}</EmptyState>
          )
        ) : list.items.length === 0 ? (
          <EmptyState title={t('none')}>{t('noneDo')}</EmptyState>
        ) : isMap ? (
          <Suspense fallback={<LoadingState height={480} />}>
            <FieldMap items={list.items} hrefOf={(id) => `${HERE}?id=${id}`} />
          </Suspense>
        ) : (
          list.items.map((item) => <Card key={item.id} item={item} />)
        )}
        {search.id ? null : (
          <Stack gap={2}>
            <ReadyLine ready={day.ready} />
            <Text small soft>
              {t('kept')}
            </Text>
            <Row>
              <Button busy={day.busy} onClick={() => void day.refresh()}>
                {t('refresh')}
              </Button>
            </Row>
          </Stack>
        )}
      </Stack>
    </KitPage>
  );
}

/** Whether the officer may leave the network now. */
function ReadyLine({ ready }: { ready: Readiness | null }) {
  const t = useTexts(fieldWords);
  if (!ready) return null;
  const { kept, of, page } = ready;
  return (
    <div role="status">
      {page === 'no' ? (
        <Text small alarm>
          {t('notReady')}
        </Text>
      ) : (
        <Text small strong={page === 'yes' && kept >= of}>
          {page === 'yes' && kept >= of ? t('ready', { of }) : t('keeping', { n: kept, of })}
        </Text>
      )}
    </div>
  );
}

function Card({ item }: { item: FieldItem }) {
  const say = useSay();
  return (
    <Tile>
      <Stack gap={1}>
        <Link href={`${HERE}?id=${item.id}`}>
          <strong>
            {item.number} · {say(item.categoryTitle)}
          </strong>
        </Link>
        <Text>{item.text}</Text>
        <Text small>{[item.address, item.areaName].filter(Boolean).join(', ')}</Text>
        <Row gap={3}>
          <ClockLine item={item} />
          <Marks item={item} />
        </Row>
        <KeptPhotos item={item} part="before" most={2} />
        <ProvenanceMark provenance={item.provenance as 'measured'} />
      </Stack>
    </Tile>
  );
}
