import { IconListDetails, IconMapPin, IconPhone, IconPhoneCall, IconSpeakerphone, IconWind } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import {
  Answer,
  BigDoor,
  isStale,
  Link,
  Page,
  type Provenance,
  Reading,
  Stack,
  Text,
  useNow,
  useTexts,
} from '../kit/index.ts';
import { client } from './client.ts';
import { allDrafts, allMine } from './report/store.ts';
import { useStored } from './report/use-stored.ts';
import { citizenWords } from './words.ts';

/** Level index from which a citizen is warned: Kém. */
const WARN_FROM = 2;

/** The first screen: is there a warning for me, what can I report, whom can I call. */
export function Home() {
  const t = useTexts(citizenWords);
  const now = useNow();
  const air = useQuery({ ...client.ask('GET /api/environment/public/air'), refetchInterval: 60_000 });
  const sent = useStored('mine', allMine).data?.length ?? 0;
  const drafts = useStored('drafts', allDrafts).data ?? [];
  const waiting = drafts.filter((one) => one.state === 'waiting').length;
  return (
    <Page title={t('warning')}>
      <Stack gap={5}>
        <Answer of={air}>
          {(data) => {
            const here = data.items.filter((one) => one.provenance !== 'replayed' && one.hourAt !== null);
            const fresh = here.filter((one) => !isStale(one.hourAt, one.staleAfterSeconds, now));
            const bad = fresh.filter((one) => (one.level ?? 0) >= WARN_FROM);
            // Of old figures nobody is told that all is well.
            const newest = (fresh.length > 0 ? fresh : here).reduce<string | null>(
              (latest, one) => (latest === null || (one.hourAt ?? '') > latest ? one.hourAt : latest),
              null,
            );
            return (
              <BigDoor
                href="/air"
                icon={IconWind}
                title={t('air')}
                text={
                  <Reading
                    at={newest}
                    staleAfterSeconds={here[0]?.staleAfterSeconds}
                    {...(here[0] ? { provenance: here[0].provenance as Provenance } : {})}
                  >
                    {fresh.length === 0 ? t('noFresh') : bad.length > 0 ? t('bad', { n: bad.length }) : t('calm')}
                  </Reading>
                }
              />
            );
          }}
        </Answer>
        <BigDoor primary href="/report" icon={IconSpeakerphone} title={t('report')} text={t('reportText')} />
        <BigDoor
          href="/follow"
          icon={IconListDetails}
          title={t('mineTitle')}
          text={waiting > 0 ? t('mineWaiting', { n: waiting }) : sent > 0 ? t('mineSome', { n: sent }) : t('mineNone')}
        />
        <BigDoor href="/near" icon={IconMapPin} title={t('near')} text={t('nearText')} />
        <BigDoor href="tel:1022" icon={IconPhone} title={t('call')} text={t('callText')} />
        <BigDoor href="tel:112" icon={IconPhoneCall} title={t('emergency')} text="112 · 113 · 114 · 115" />
        <Text small soft>
          <Link href="/statistics">{t('statistics')}</Link> · <Link href="/about">{t('about')}</Link> ·{' '}
          <Link href="/console" target="_blank">
            {t('staff')}
          </Link>
        </Text>
      </Stack>
    </Page>
  );
}
